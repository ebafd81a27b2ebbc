//! What is wrong with settings.

use std::{error::Error, ffi::OsStr, fmt};

/// The most characters of a value that are told.
const TOLD: usize = 64;

/// A setting that has a value which it cannot have.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
/// use jangle::StartError;
///
/// let started = Jangle::builder()
/// #   .only(module_path!())
///     .environment_variables_from([("JANGLE_BATCH_SIZE", "many")])
///     .start()
///     .await;
/// let Err(StartError::Settings(wrong)) = started else { panic!("it is no number") };
/// let wrong = wrong.iter().next().expect("there is one");
/// assert_eq!((wrong.setting, wrong.variable.as_deref()), ("batch_size", Some("JANGLE_BATCH_SIZE")));
/// assert_eq!(
///     wrong.to_string(),
///     "the environment variable JANGLE_BATCH_SIZE is `many`; it must be a whole number, from 1 to 1000000"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingError {
    /// The setting's name.
    pub setting: &'static str,
    /// The environment variable that the value comes from; none where it comes from the builder.
    pub variable: Option<String>,
    /// The value, or its beginning.
    pub value: String,
    /// What it accepts.
    pub expected: String,
}

impl SettingError {
    pub(super) fn of_builder(setting: &'static str, value: &str, expected: String) -> Self {
        Self { setting, variable: None, value: beginning(value), expected }
    }

    pub(super) fn of_variable(setting: &'static str, variable: String, value: &OsStr, expected: String) -> Self {
        let expected = match value.to_str() {
            Some(_) => expected,
            None => format!("{expected}, and written in UTF-8"),
        };
        Self { setting, variable: Some(variable), value: beginning(&value.to_string_lossy()), expected }
    }
}

/// The beginning of a value, on one line.
fn beginning(value: &str) -> String {
    let mut told: String = value.chars().take(TOLD).flat_map(char::escape_debug).collect();
    if value.chars().nth(TOLD).is_some() {
        told.push('…');
    }
    told
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variable {
            Some(variable) => write!(f, "the environment variable {variable}")?,
            None => write!(f, "the setting `{}`", self.setting)?,
        }
        write!(f, " is `{}`; it must be {}", self.value, self.expected)
    }
}

impl Error for SettingError {}

/// Everything that is wrong with the settings of an application, in
/// [`StartError::Settings`](crate::StartError::Settings).
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/main.txt")]
/// let started = Jangle::builder()
/// #   .only(module_path!())
///     .environment_variables_from([("JANGLE_POLL", "often")])
///     .batch_size(0)
///     .start()
///     .await;
/// assert_eq!(
///     started.unwrap_err().to_string(),
///     "the settings are wrong:
///   the setting `batch_size` is `0`; it must be a whole number, from 1 to 1000000
///   the environment variable JANGLE_POLL is `often`; it must be a duration such as `30s`, from 1ms to 1m"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SettingErrors(pub(super) Vec<SettingError>);

impl SettingErrors {
    /// What is wrong, one by one.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// use jangle::StartError;
    ///
    /// let started = Jangle::builder()
    /// #   .only(module_path!())
    ///     .batch_size(0)
    ///     .lease(Duration::ZERO)
    ///     .start()
    ///     .await;
    /// let Err(StartError::Settings(wrong)) = started else { panic!("both are too small") };
    /// let settings: Vec<_> = wrong.iter().map(|error| error.setting).collect();
    /// assert_eq!(settings, ["batch_size", "lease"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &SettingError> {
        self.0.iter()
    }
}

impl fmt::Display for SettingErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [error] => error.fmt(f),
            errors => {
                write!(f, "the settings are wrong:")?;
                errors.iter().try_for_each(|error| write!(f, "\n  {error}"))
            }
        }
    }
}

impl Error for SettingErrors {}

crate::error::debug_as_display! { SettingErrors }
