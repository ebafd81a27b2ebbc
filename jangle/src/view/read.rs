//! `View<V>`: how a query reads.

use super::{Key, LeadingKey, RowReader, ViewError, ViewRow};
use crate::store::{BoxFuture, ScanRange, ViewStore};
use std::{borrow::Borrow, fmt, future::IntoFuture, marker::PhantomData, sync::Arc};

/// Reads the view `V`; a query handler's parameter.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, View)]
/// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// # #[query(response = i64)]
/// # struct Total;
/// #[query_handler]
/// async fn answer(_: Total, balances: View<Balance>) -> Result<i64, QueryError> {
///     let rows = balances.scan().await?;
///     Ok(rows.iter().map(|row| row.cents).sum())
/// }
/// # fn main() {}
/// ```
pub struct View<V> {
    store: Arc<dyn ViewStore>,
    view: PhantomData<fn() -> V>,
}

impl<V> fmt::Debug for View<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View<{}>", std::any::type_name::<V>())
    }
}

impl<V: ViewRow> View<V> {
    pub(crate) fn new(store: Arc<dyn ViewStore>) -> Self {
        Self { store, view: PhantomData }
    }

    /// The row with this key; none where nothing was merged into it. A view with several `#[key]` columns takes a
    /// tuple of them.
    ///
    /// # Errors
    /// [`ViewError`] where the store fails, or a stored value is out of its column's range.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, View)]
    /// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    /// # #[query(response = i64)]
    /// # struct Balance25;
    /// #[query_handler]
    /// async fn answer(_: Balance25, balances: View<Balance>) -> Result<i64, QueryError> {
    ///     let row = balances.get("25").await?;
    ///     Ok(row.map_or(0, |row| row.cents))
    /// }
    /// # fn main() {}
    /// ```
    pub async fn get<Q>(&self, key: &Q) -> Result<Option<V>, ViewError>
    where
        V::Key: Borrow<Q>,
        Q: Key + ?Sized,
    {
        // Encoded before the first await, so that the key itself need not cross it.
        let key = key.key_values();
        let row = self.store.get(V::META.name, key?).await?;
        row.map(|values| V::read(&mut RowReader::new::<V>(values))).transpose()
    }

    /// All rows, in the order of their keys; narrowed by what the builder says.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, View)]
    /// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    /// # #[query(response = usize)]
    /// # struct Count;
    /// #[query_handler]
    /// async fn answer(_: Count, balances: View<Balance>) -> Result<usize, QueryError> {
    ///     Ok(balances.scan().await?.len())
    /// }
    /// # fn main() {}
    /// ```
    pub fn scan(&self) -> Scan<V> {
        Scan { store: Arc::clone(&self.store), range: Ok(ScanRange::default()), view: PhantomData }
    }
}

/// A scan of a view in the order of its keys; await it for the rows.
///
/// # Errors
/// Awaited, [`ViewError`] where the store fails, or a stored value is out of its column's range.
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, View)]
/// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
/// # #[query(response = Vec<String>)]
/// # struct Page;
/// #[query_handler]
/// async fn answer(_: Page, balances: View<Balance>) -> Result<Vec<String>, QueryError> {
///     // 50 accounts, from the one after "25".
///     let page = balances.scan().after("25").limit(50).await?;
///     Ok(page.into_iter().map(|row| row.account).collect())
/// }
/// # fn main() {}
/// ```
#[must_use = "nothing is read until this is awaited"]
pub struct Scan<V> {
    store: Arc<dyn ViewStore>,
    range: Result<ScanRange, ViewError>,
    view: PhantomData<fn() -> V>,
}

impl<V> fmt::Debug for Scan<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("range", &self.range).finish_non_exhaustive()
    }
}

impl<V: ViewRow> Scan<V> {
    /// Only rows whose key begins with these columns: `.within((&account,))`. See [`LeadingKey`].
    ///
    /// ```
    /// use jangle::prelude::*;
    ///
    /// #[derive(Debug, PartialEq, View)]
    /// struct Turnover {
    ///     #[key]
    ///     account: String,
    ///     #[key]
    ///     year: u16,
    ///     #[merge(sum)]
    ///     cents: i64,
    /// }
    ///
    /// async fn read(turnovers: View<Turnover>) -> Result<(), QueryError> {
    ///     let years = turnovers.scan().within(("25",)).await?;
    ///     println!("{years:?}");
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    pub fn within(self, leading: impl LeadingKey<V::Key>) -> Self {
        self.narrowed(|range| {
            range.leading = leading.leading_values()?;
            Ok(())
        })
    }

    /// Only rows after the one with this key: where the next page begins.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, View)]
    /// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    /// # #[query(response = usize)]
    /// # struct Rest;
    /// #[query_handler]
    /// async fn answer(_: Rest, balances: View<Balance>) -> Result<usize, QueryError> {
    ///     Ok(balances.scan().after("25").await?.len())
    /// }
    /// # fn main() {}
    /// ```
    pub fn after<Q>(self, key: &Q) -> Self
    where
        V::Key: Borrow<Q>,
        Q: Key + ?Sized,
    {
        self.narrowed(|range| {
            range.after = Some(key.key_values()?);
            Ok(())
        })
    }

    /// At most `rows` rows.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, View)]
    /// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    /// # #[query(response = usize)]
    /// # struct AtMostTen;
    /// #[query_handler]
    /// async fn answer(_: AtMostTen, balances: View<Balance>) -> Result<usize, QueryError> {
    ///     Ok(balances.scan().limit(10).await?.len())
    /// }
    /// # fn main() {}
    /// ```
    pub fn limit(self, rows: usize) -> Self {
        self.narrowed(|range| {
            range.limit = Some(rows);
            Ok(())
        })
    }

    fn narrowed(mut self, by: impl FnOnce(&mut ScanRange) -> Result<(), ViewError>) -> Self {
        if let Ok(range) = &mut self.range
            && let Err(error) = by(range)
        {
            self.range = Err(error);
        }
        self
    }
}

impl<V: ViewRow> IntoFuture for Scan<V> {
    type Output = Result<Vec<V>, ViewError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let rows = self.store.scan(V::META.name, self.range?).await?;
            rows.into_iter().map(|values| V::read(&mut RowReader::new::<V>(values))).collect()
        })
    }
}
