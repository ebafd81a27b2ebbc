//! Tables of views, and the progress of the handlers, which moves in the transaction of the rows.

use super::{
    BoxFuture, Claim, Claimed, DeadLetterFilter, Divided, Division, LaneCommit, LaneId, LaneOutcome, LaneProgress,
    Owner, Remedy, StoreError, StoredDeadLetter,
};
use crate::view::{ColumnInfo, KeyInfo, Value, ViewRow};
use std::sync::Arc;
use uuid::Uuid;

/// The table of a view.
///
/// ```
/// # use jangle::{prelude::*, store::ViewSchema};
/// #[derive(Debug, View)]
/// #[view(name = "balances")]
/// struct Balance {
///     #[key]
///     account: String,
///     #[merge(sum)]
///     cents: i64,
/// }
/// const SCHEMA: ViewSchema = ViewSchema::of::<Balance>();
/// # fn main() {
/// assert_eq!((SCHEMA.view, SCHEMA.key[0].name, SCHEMA.columns[0].name), ("balances", "account", "cents"));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ViewSchema {
    /// The view's name.
    pub view: &'static str,
    /// The columns that identify a row.
    pub key: &'static [KeyInfo],
    /// The others, with their laws.
    pub columns: &'static [ColumnInfo],
    /// Which versions of its handlers fill it; nil for the first ones.
    pub filling: Uuid,
}

impl ViewSchema {
    /// The schema of `V`.
    ///
    /// ```
    /// # use jangle::{prelude::*, store::ViewSchema};
    /// # #[derive(Debug, View)]
    /// # struct Balance { #[key] account: String, #[merge(sum)] cents: i64 }
    /// # fn main() {
    /// assert_eq!(ViewSchema::of::<Balance>().view, "balance");
    /// # }
    /// ```
    pub const fn of<V: ViewRow>() -> Self {
        Self { view: V::META.name, key: V::KEY, columns: V::COLUMNS, filling: Uuid::nil() }
    }

    /// Changes whenever the table must be another: a UUID of version 5 (RFC 9562 §5.5) over the names, types and laws of
    /// the columns, and the versions of the handlers that fill it.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// const OTHER: ViewSchema = ViewSchema { key: &[KeyInfo::of::<i64>("account")], ..BALANCES };
    /// assert_ne!(BALANCES.fingerprint(), OTHER.fingerprint());
    /// # Ok(())
    /// # }
    /// ```
    pub fn fingerprint(&self) -> Uuid {
        let key = self.key.iter().map(|key| format!("key {} {:?}\n", key.name, key.of));
        let columns = self.columns.iter().map(|column| format!("{} {} {:?}\n", column.name, column.law, column.cells));
        let filling = (!self.filling.is_nil()).then(|| format!("filling {}\n", self.filling));
        let text: String = key.chain(columns).chain(filling).collect();
        Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
    }

    /// The names of the stored columns in order, keys first.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// assert!(BALANCES.stored_columns().eq(["account", "cents", "cents__carry"]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn stored_columns(&self) -> impl Iterator<Item = String> + '_ {
        let cells = self.columns.iter().flat_map(|column| {
            column.cells.iter().map(|cell| match cell.suffix {
                "" => column.name.to_owned(),
                suffix => format!("{}__{suffix}", column.name),
            })
        });
        self.key.iter().map(|key| key.name.to_owned()).chain(cells)
    }
}

impl ViewSchema {
    /// A row that nothing was merged into: for each column, its cells.
    pub(super) fn empty_row(&self) -> Vec<Vec<Value>> {
        self.columns.iter().map(|column| vec![Value::Null; column.cells.len()]).collect()
    }

    /// Merges `changes`, one a column, into `row` by the laws of the columns.
    pub(super) fn merge_row(&self, row: &mut [Vec<Value>], changes: Vec<Option<Vec<Value>>>) {
        for ((column, cells), change) in self.columns.iter().zip(row).zip(changes) {
            match change {
                None => {}
                // Nothing was merged yet, and a law is only asked about two values.
                Some(change) if cells.iter().all(|cell| *cell == Value::Null) => *cells = change,
                Some(change) => (column.merge)(cells, &change),
            }
        }
    }
}

/// One filling of a view's table. A changed schema, or a rebuild, begins a new one.
///
/// ```
/// use jangle::store::Generation;
/// assert!(Generation::NONE < Generation(1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation(pub u64);

impl Generation {
    /// What stands for a view in the progress of a reaction.
    pub const NONE: Self = Self(0);
}

/// What is to be merged into one row.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// let row = RowChange {
///     view: "balances",
///     key: vec![Value::Text("25".to_owned())],
///     columns: vec![Some(vec![Value::Integer(100), Value::Integer(0)])],
/// };
/// # let moved = Move { lane: lane(generation), epoch: 1, from: 0, to: 1, event: None, exceptions: Vec::new() };
/// let commit = LaneCommit { moves: vec![moved], rows: vec![(generation, row)] };
/// assert_eq!(store.commit(commit).await?, LaneOutcome::Committed);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// The view's name.
    pub view: &'static str,
    /// The row's key.
    pub key: Vec<Value>,
    /// For each column, the cells to merge, or none.
    pub columns: Vec<Option<Vec<Value>>>,
}

/// Which rows of a view are read, in the order of their keys.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// let first_ten = ScanRange { limit: Some(10), ..ScanRange::default() };
/// assert!(store.scan("balances", first_ten).await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScanRange {
    /// Only rows whose key begins with these.
    pub leading: Vec<Value>,
    /// Only rows behind this key.
    pub after: Option<Vec<Value>>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Keeps the tables of views and the progress of handlers.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let generation = store.prepare(vec![BALANCES]).await?[0];
/// store.claim(claim(lane(generation))).await?;
/// # let row = RowChange {
/// #     view: "balances",
/// #     key: vec![Value::Text("25".to_owned())],
/// #     columns: vec![Some(vec![Value::Integer(100), Value::Integer(0)])],
/// # };
/// let moved = Move { lane: lane(generation), epoch: 1, from: 0, to: 1, event: None, exceptions: Vec::new() };
/// store.commit(LaneCommit { moves: vec![moved], rows: vec![(generation, row)] }).await?;
/// let row = store.get("balances", vec![Value::Text("25".to_owned())]).await?.unwrap();
/// assert_eq!(row, [Value::Text("25".to_owned()), Value::Integer(100), Value::Integer(0)]);
/// # Ok(())
/// # }
/// ```
pub trait ViewStore: Send + Sync + 'static {
    /// Makes the tables of these views where they are missing, and answers the generation of each that is filled now,
    /// in the same order.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written; nothing has changed then, unless it is [`StoreError::Unknown`].
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// let first = store.prepare(vec![BALANCES]).await?;
    /// assert_eq!(store.prepare(vec![BALANCES]).await?, first);
    /// # Ok(())
    /// # }
    /// ```
    fn prepare(&self, schemas: Vec<ViewSchema>) -> BoxFuture<'_, Result<Vec<Generation>, StoreError>>;

    /// Divides the lanes of a handler as `division` wishes, as far as nobody owns them: a range is cut freely, and
    /// neighbours are joined where they stand at the same position. Exceptions go with their partitions. Where the
    /// handler is new, it begins at the division's position; where it has another id than before, it gets the progress
    /// that it had.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written; nothing has changed then, unless it is [`StoreError::Unknown`].
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// assert_eq!(store.divide(division(generation)).await?, Divided::Into(vec![PartitionRange::ALL]));
    /// let quarters = Division { ranges: PartitionRange::parts(4), ..division(generation) };
    /// assert_eq!(store.divide(quarters).await?, Divided::Into(PartitionRange::parts(4)));
    /// // All of them still stand at the same position.
    /// assert_eq!(store.divide(division(generation)).await?, Divided::Into(vec![PartitionRange::ALL]));
    /// # Ok(())
    /// # }
    /// ```
    fn divide(&self, division: Division) -> BoxFuture<'_, Result<Divided, StoreError>>;

    /// How far all lanes are, whoever owns them, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// store.claim(claim(lane(generation))).await?;
    /// let moved = Move { lane: lane(generation), epoch: 1, from: 0, to: 1, event: None, exceptions: Vec::new() };
    /// store.commit(LaneCommit { moves: vec![moved], rows: Vec::new() }).await?;
    /// assert_eq!(store.progress().await?[0].checkpoint, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn progress(&self) -> BoxFuture<'_, Result<Vec<LaneProgress>, StoreError>>;

    /// Takes a lane for `claim.owner`, if no other owner's lease on it is valid, with a new epoch; where no
    /// lane has its partitions yet, it begins at the claim's position.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written; nothing has changed then, unless it is [`StoreError::Unknown`].
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// let claimed = store.claim(claim(lane(generation))).await?;
    /// assert!(matches!(claimed, Claimed::Owned { epoch: 1, .. }));
    /// # Ok(())
    /// # }
    /// ```
    fn claim(&self, claim: Claim) -> BoxFuture<'_, Result<Claimed, StoreError>>;

    /// Extends the leases of `owner` on `lanes`; answers those that it no longer has.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written; nothing has changed then, unless it is [`StoreError::Unknown`].
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// let claim = claim(lane(generation));
    /// let (owner, until) = (claim.owner, claim.until.after(Duration::from_secs(5)));
    /// store.claim(claim).await?;
    /// let lost = store.renew(owner, vec![(lane(generation), 1)], until).await?;
    /// assert!(lost.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    fn renew(
        &self,
        owner: Owner,
        lanes: Vec<(LaneId, u64)>,
        until: crate::Timestamp,
    ) -> BoxFuture<'_, Result<Vec<LaneId>, StoreError>>;

    /// Gives the leases on `lanes`, each with its epoch, back.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written; nothing has changed then, unless it is [`StoreError::Unknown`].
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// store.claim(claim(lane(generation))).await?;
    /// store.release(vec![(lane(generation), 1)]).await?;
    /// assert!(matches!(store.claim(claim(lane(generation))).await?, Claimed::Owned { epoch: 2, .. }));
    /// # Ok(())
    /// # }
    /// ```
    fn release(&self, lanes: Vec<(LaneId, u64)>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Merges rows and moves the progress of lanes in one transaction: all of it, or nothing.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written; nothing has changed then, unless it is [`StoreError::Unknown`].
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// # store.claim(claim(lane(generation))).await?;
    /// let moved = Move { lane: lane(generation), epoch: 1, from: 0, to: 1, event: None, exceptions: Vec::new() };
    /// let commit = LaneCommit { moves: vec![moved], rows: Vec::new() };
    /// assert_eq!(store.commit(commit.clone()).await?, LaneOutcome::Committed);
    /// // The lane is no longer where it was.
    /// assert_eq!(store.commit(commit).await?, LaneOutcome::Refused);
    /// # Ok(())
    /// # }
    /// ```
    fn commit(&self, commit: LaneCommit) -> BoxFuture<'_, Result<LaneOutcome, StoreError>>;

    /// The dead letters that `filter` names, by position and handler.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # use jangle::store::DeadLetterFilter;
    /// assert!(store.dead_letters(DeadLetterFilter::default()).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    fn dead_letters(&self, filter: DeadLetterFilter) -> BoxFuture<'_, Result<Vec<StoredDeadLetter>, StoreError>>;

    /// Notes what is to be done about the dead letter of `handler` at `position`, or about all of its; answers about how
    /// many. The note is gone when the exception is put anew or removed.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be written.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # use jangle::store::Remedy;
    /// assert_eq!(store.remedy("count_deposits".into(), None, Remedy::Retry).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    fn remedy(
        &self,
        handler: Arc<str>,
        position: Option<u64>,
        remedy: Remedy,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// The stored values of a row: key columns, then the cells of each column.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// assert_eq!(store.get("balances", vec![Value::Text("25".to_owned())]).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn get(&self, view: &'static str, key: Vec<Value>) -> BoxFuture<'_, Result<Option<Vec<Value>>, StoreError>>;

    /// The stored values of the rows in `range`.
    ///
    /// # Errors
    /// [`StoreError`], where the store cannot be read.
    ///
    /// ```
    #[doc = include_str!("../../doc/store.txt")]
    /// # let generation = store.prepare(vec![BALANCES]).await?[0];
    /// assert!(store.scan("balances", ScanRange::default()).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    fn scan(&self, view: &'static str, range: ScanRange) -> BoxFuture<'_, Result<Vec<Vec<Value>>, StoreError>>;
}
