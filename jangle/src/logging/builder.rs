//! Choosing what is written, and where.

use super::{
    field::Field,
    filter::{self, LogError},
    layer::{Format, LogLayer},
};
use std::{
    fmt,
    io::{self, IsTerminal, Write},
};
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, registry::LookupSpan};

/// A log that is set up: made by [`json`](super::json) or [`pretty`](super::pretty), and begun with
/// [`install`](Self::install).
///
/// ```
/// // Warnings of everything, more of jangle; JANGLE_LOG is not asked.
/// jangle::logging::json().filter("warn,jangle=debug").install()?;
/// tracing::info!(target: "jangle::app", "this is written");
/// # Ok::<(), jangle::logging::LogError>(())
/// ```
#[must_use = "a log begins with `install`"]
pub struct Logging {
    format: Format,
    filter: Option<String>,
    default_filter: String,
    fields: Vec<Field>,
    writer: Box<dyn Write + Send>,
}

impl fmt::Debug for Logging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logging").field("format", &self.format).field("filter", &self.filter).finish_non_exhaustive()
    }
}

/// One JSON object a line, on standard error unless [`writer`](Logging::writer) says otherwise.
///
/// ```
/// jangle::logging::json().install()?;
/// tracing::warn!(shelf = 7, "almost empty");
/// # Ok::<(), jangle::logging::LogError>(())
/// ```
pub fn json() -> Logging {
    Logging::new(Format::Json)
}

/// Lines for people, without places, thread and process unless [`fields`](Logging::fields) asks for them, on standard error unless [`writer`](Logging::writer) says otherwise; with colours where that is a
/// terminal and `NO_COLOR` is not set.
///
/// ```
/// jangle::logging::pretty().install()?;
/// tracing::warn!(shelf = 7, "almost empty");
/// # Ok::<(), jangle::logging::LogError>(())
/// ```
pub fn pretty() -> Logging {
    let is_coloured = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let fields =
        [Field::Timestamp, Field::Level, Field::Target, Field::Message, Field::Fields, Field::Error, Field::Spans];
    Logging::new(Format::Pretty { is_coloured }).fields(fields)
}

impl Logging {
    fn new(format: Format) -> Self {
        Self {
            format,
            filter: None,
            default_filter: "info".to_owned(),
            fields: Field::ALL.to_vec(),
            writer: Box::new(io::stderr()),
        }
    }

    /// What is written, whatever the environment variable `JANGLE_LOG` says: a level (`off`, `error`, `warn`, `info`,
    /// `debug`, `trace`), and others for some targets, such as `warn,jangle=debug,jangle::query=off`. The longest target
    /// that an event's begins with counts.
    ///
    /// ```
    /// jangle::logging::json().filter("error,jangle::delivery=debug").install()?;
    /// # Ok::<(), jangle::logging::LogError>(())
    /// ```
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// What is written where the environment variable `JANGLE_LOG` is not set (`info` unless set here).
    ///
    /// ```
    /// jangle::logging::json().default_filter("off").install()?;
    /// # Ok::<(), jangle::logging::LogError>(())
    /// ```
    pub fn default_filter(mut self, filter: impl Into<String>) -> Self {
        self.default_filter = filter.into();
        self
    }

    /// The fields of a line, in this order. JSON has [all](Field::ALL) unless told otherwise; an empty list counts as all.
    ///
    /// ```
    /// use jangle::logging::Field;
    /// jangle::logging::json().fields([Field::Level, Field::Message, Field::Fields]).install()?;
    /// # Ok::<(), jangle::logging::LogError>(())
    /// ```
    pub fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.fields = fields.into_iter().collect();
        if self.fields.is_empty() {
            self.fields = Field::ALL.to_vec();
        }
        self
    }

    /// Where lines go, each with one `write_all`; without colours. What cannot be written is lost.
    ///
    /// ```
    /// let file = std::fs::File::create(std::env::temp_dir().join("jangle-doc-example.log"))?;
    /// jangle::logging::json().writer(file).install()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.writer = Box::new(writer);
        if let Format::Pretty { is_coloured } = &mut self.format {
            *is_coloured = false;
        }
        self
    }

    /// Makes this the log of the process. It is done once, at the beginning of `main`.
    ///
    /// # Errors
    /// [`LogError`] where the filter cannot be read, or where the process has a log.
    ///
    /// ```
    /// jangle::logging::json().install()?;
    /// assert!(jangle::logging::json().install().is_err());
    /// # Ok::<(), jangle::logging::LogError>(())
    /// ```
    pub fn install(self) -> Result<(), LogError> {
        tracing::subscriber::set_global_default(self.subscriber()?).map_err(|_| LogError::Installed)
    }

    /// The log as a subscriber of its own, for instance for [`tracing::subscriber::with_default`].
    ///
    /// # Errors
    /// [`LogError`] where the filter cannot be read.
    ///
    /// ```
    /// let log = jangle::logging::json().filter("info").subscriber()?;
    /// tracing::subscriber::with_default(log, || tracing::info!("for this closure only"));
    /// # Ok::<(), jangle::logging::LogError>(())
    /// ```
    pub fn subscriber(self) -> Result<impl Subscriber + Send + Sync + use<>, LogError> {
        let (targets, layer) = self.into_parts()?;
        Ok(tracing_subscriber::registry().with(targets).with(layer))
    }

    /// The log as a layer, beside other layers of a subscriber.
    ///
    /// # Errors
    /// [`LogError`] where the filter cannot be read.
    ///
    /// ```
    /// use tracing_subscriber::layer::SubscriberExt;
    ///
    /// let subscriber = tracing_subscriber::registry().with(jangle::logging::json().filter("info").layer()?);
    /// tracing::subscriber::with_default(subscriber, || tracing::info!("for this closure only"));
    /// # Ok::<(), jangle::logging::LogError>(())
    /// ```
    pub fn layer<S>(self) -> Result<impl Layer<S> + use<S>, LogError>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let (targets, layer) = self.into_parts()?;
        Ok(layer.with_filter(targets))
    }

    fn into_parts(self) -> Result<(Targets, LogLayer), LogError> {
        let targets = filter::targets(self.filter.as_deref(), &self.default_filter)?;
        Ok((targets, LogLayer::new(self.format, self.fields, self.writer)))
    }
}
