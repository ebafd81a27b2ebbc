//! Opening: every mistake is named, and a file that is not ours stays as it is.

use crate::{
    child, childs_store,
    store_common::{Outcome, one, stored, stream},
};
use jangle::{
    StoreError,
    store::{EventStore, SqliteStore, Synchronous},
};
use rusqlite::Connection;
use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
};

/// Why `path` cannot be opened.
async fn reason(path: &Path) -> Outcome<String> {
    match SqliteStore::open(path).await {
        Err(StoreError::Open { path: named, reason }) => {
            assert_eq!(named, path.display().to_string());
            Ok(reason)
        }
        other => Err(format!("{other:?}").into()),
    }
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    for version in 0..3 {
        let store = SqliteStore::open(&path).await?;
        assert_eq!(store.head().await?, version);
        stored(&store, one(&stream("a"), version)).await?;
        store.close().await?;
    }
    let left: Vec<_> = fs::read_dir(directory.path())?.map(|entry| Ok(entry?.file_name())).collect::<Outcome<_>>()?;
    assert_eq!(left, ["store.db"], "closing leaves nothing beside the file");
    Ok(())
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    fs::write(&path, "")?;
    SqliteStore::open(&path).await?.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_path_with_odd_characters_is_a_path() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("a b?c#d%41'ü.db");
    let store = SqliteStore::open(&path).await?;
    stored(&store, one(&stream("a"), 0)).await?;
    store.close().await?;
    assert_eq!(SqliteStore::open(&path).await?.head().await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_file_says_whose_it_is() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    SqliteStore::open(&path).await?.close().await?;
    let file = Connection::open(&path)?;
    let pragma = |name: &str| file.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    assert_eq!((pragma("application_id")?, pragma("user_version")?), (0x4A4E_474C, 1));
    let strict: i64 = file.query_row(
        "SELECT count(*) FROM pragma_table_list WHERE name LIKE 'jangle!_%' ESCAPE '!' AND NOT strict",
        [],
        |row| row.get(0),
    )?;
    assert_eq!(strict, 0, "every table is strict");
    Ok(())
}

#[tokio::test]
async fn a_missing_directory_is_named() -> Outcome {
    let directory = tempfile::tempdir()?;
    let missing = directory.path().join("missing");
    let expected = format!("the directory {} does not exist; create it", missing.display());
    assert_eq!(reason(&missing.join("store.db")).await?, expected);
    Ok(())
}

#[tokio::test]
async fn a_directory_is_not_a_file() -> Outcome {
    let directory = tempfile::tempdir()?;
    assert_eq!(reason(directory.path()).await?, "this is a directory; name a file in it");
    Ok(())
}

#[tokio::test]
async fn a_file_of_another_kind_stays_as_it_is() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("notes.txt");
    for content in ["x", "SQLite format 3\0 but nothing more", &"a long letter ".repeat(100)] {
        fs::write(&path, content)?;
        assert_eq!(reason(&path).await?, "this is not an SQLite file; name another one, or a new one");
        assert_eq!(fs::read_to_string(&path)?, content);
    }
    assert_eq!(fs::read_dir(directory.path())?.count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_damaged_file_is_refused() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let mut content = b"SQLite format 3\0".to_vec();
    content.resize(8192, 0xA5);
    content[68..72].fill(0);
    fs::write(&path, &content)?;
    let reason = reason(&path).await?;
    assert!(reason.ends_with("restore a backup"), "{reason}");
    assert_eq!(fs::read(&path)?, content);
    Ok(())
}

/// Each way in which another program may have left a file.
#[tokio::test]
async fn another_programs_file_stays_as_it_is() -> Outcome {
    let made = [
        "CREATE TABLE t (x); INSERT INTO t VALUES (1)",
        "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)",
        "PRAGMA application_id = 252006674; CREATE TABLE t (x)",
        "PRAGMA application_id = 252006674; PRAGMA user_version = 1",
        "PRAGMA user_version = 1; CREATE TABLE jangle_events (x)",
    ];
    for sql in made {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("other.db");
        Connection::open(&path)?.execute_batch(sql)?;
        let before = fs::read(&path)?;
        let reason = reason(&path).await?;
        assert!(reason.starts_with("this SQLite file belongs to another program"), "{sql}: {reason}");
        assert_eq!(fs::read(&path)?, before, "{sql}");
        assert_eq!(fs::read_dir(directory.path())?.count(), 1, "{sql}: nothing lies beside it");
    }
    Ok(())
}

#[tokio::test]
async fn another_programs_open_file_stays_as_it_is() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("other.db");
    let other = Connection::open(&path)?;
    other.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)")?;
    let log = directory.path().join("other.db-wal");
    let before = (fs::read(&path)?, fs::read(&log)?);
    let reason = reason(&path).await?;
    assert!(reason.starts_with("this SQLite file belongs to another program"), "{reason}");
    assert_eq!((fs::read(&path)?, fs::read(&log)?), before);
    other.execute_batch("INSERT INTO t VALUES (2)")?;
    Ok(())
}

#[tokio::test]
async fn a_newer_file_is_refused() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).await?;
    stored(&store, one(&stream("a"), 0)).await?;
    store.close().await?;
    Connection::open(&path)?.execute_batch("PRAGMA user_version = 2")?;
    let before = fs::read(&path)?;
    let expected = "it was written by a newer version of jangle (schema version 2; this one knows 1); use that version";
    assert_eq!(reason(&path).await?, expected);
    assert_eq!(fs::read(&path)?, before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_may_make_a_store_at_once() -> Outcome {
    for _ in 0..10 {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("store.db");
        let mut opening = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let path = path.clone();
            opening.spawn(async move { SqliteStore::open(path).await });
        }
        let mut stores = Vec::new();
        while let Some(store) = opening.join_next().await {
            stores.push(store??);
        }
        for (version, store) in (0..).zip(&stores) {
            stored(store, one(&stream("a"), version)).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_store_opens_with_every_way_of_synchronising() -> Outcome {
    for synchronous in [Synchronous::Full, Synchronous::Normal, Synchronous::Off] {
        let directory = tempfile::tempdir()?;
        let options = SqliteStore::options().synchronous(synchronous).readers(0);
        let store = options.open(directory.path().join("store.db")).await?;
        stored(&store, one(&stream("a"), 0)).await?;
        assert_eq!(store.read_all(0, 10).await?.len(), 1);
        store.close().await?;
    }
    Ok(())
}

/// In a child without the powers of root, which may write everything.
#[tokio::test]
async fn a_file_or_directory_that_cannot_be_written_is_refused() -> Outcome {
    if let Some(path) = childs_store() {
        let reason = reason(&path).await?;
        assert!(reason.contains("let this user write"), "{reason}");
        return Ok(());
    }
    let directory = tempfile::tempdir()?;
    let program = directory.path().join("child");
    fs::copy(std::env::current_exe()?, &program)?;
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755))?;
    let cases = [("file", 0o444, 0o777), ("owned", 0o644, 0o777), ("directory", 0o666, 0o555), ("new", 0, 0o555)];
    for (name, file, within) in cases {
        let parent = directory.path().join(name);
        fs::create_dir(&parent)?;
        let path = parent.join("store.db");
        if file != 0 {
            SqliteStore::open(&path).await?.close().await?;
            fs::set_permissions(&path, fs::Permissions::from_mode(file))?;
        }
        fs::set_permissions(&parent, fs::Permissions::from_mode(within))?;
        if name == "owned" && !is_root() {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o444))?;
        }
        let before = listed(&parent)?;
        let test = "opening::a_file_or_directory_that_cannot_be_written_is_refused";
        as_nobody(name, child(&program, test, &path))?;
        assert_eq!(listed(&parent)?, before, "{name}: nothing lies beside it");
        fs::set_permissions(&parent, fs::Permissions::from_mode(0o777))?;
        if file != 0 {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
        }
        let store = SqliteStore::open(&path).await?;
        stored(&store, one(&stream("a"), 0)).await?;
        store.close().await?;
    }
    Ok(())
}

/// In a child, which may write the file but not what its owner keeps beside it.
#[tokio::test]
async fn a_log_that_cannot_be_written_is_named() -> Outcome {
    if let Some(path) = childs_store() {
        let reason = reason(&path).await?;
        let unwritable =
            ["-wal", "-shm"].map(|suffix| format!("{}{suffix}", path.display())).into_iter().find(|file| {
                fs::metadata(file)
                    .is_ok_and(|found| found.permissions().mode() & 0o222 == 0o200 || found.permissions().readonly())
            });
        assert!(reason.contains(&unwritable.ok_or("all can be written")?), "{reason}");
        assert!(reason.contains("let this user write that too"), "{reason}");
        return Ok(());
    }
    let directory = tempfile::tempdir()?;
    let program = directory.path().join("child");
    fs::copy(std::env::current_exe()?, &program)?;
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777))?;
    let path = directory.path().join("store.db");
    let store = SqliteStore::open(&path).await?;
    stored(&store, one(&stream("a"), 0)).await?;
    let own = if is_root() { 0o644 } else { 0o444 };
    for (log, index) in [(own, 0o666), (0o666, own)] {
        for (suffix, mode) in [("", 0o666), ("-wal", log), ("-shm", index)] {
            let file = directory.path().join(format!("store.db{suffix}"));
            fs::set_permissions(file, fs::Permissions::from_mode(mode))?;
        }
        as_nobody("log", child(&program, "opening::a_log_that_cannot_be_written_is_named", &path))?;
    }
    stored(&store, one(&stream("a"), 1)).await?;
    store.close().await?;
    Ok(())
}

/// In a child, whose files may not grow beyond 4 KiB.
#[tokio::test]
async fn a_store_that_cannot_be_made_large_enough_says_what_to_do() -> Outcome {
    if let Some(path) = childs_store() {
        let reason = reason(&path).await?;
        assert!(reason.contains("`ulimit -f`") && !reason.contains("not known"), "{reason}");
        return Ok(());
    }
    let directory = tempfile::tempdir()?;
    let test = "opening::a_store_that_cannot_be_made_large_enough_says_what_to_do";
    let made = child(&std::env::current_exe()?, test, &directory.path().join("store.db"));
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]).arg(made.get_program()).args(made.get_args());
    for (name, value) in made.get_envs() {
        limited.env(name, value.unwrap_or_default());
    }
    let ended = limited.output()?;
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
    Ok(())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Root may write everything, so it becomes another user.
fn as_nobody(case: &str, mut child: std::process::Command) -> Outcome {
    if is_root() {
        child.uid(65534).gid(65534);
    }
    let ended = child.current_dir("/").output()?;
    assert!(ended.status.success(), "{case}: {}", String::from_utf8_lossy(&ended.stdout));
    Ok(())
}

fn listed(directory: &Path) -> Outcome<Vec<std::ffi::OsString>> {
    let mut names: Vec<_> = fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())).collect::<Outcome<_>>()?;
    names.sort();
    Ok(names)
}
