//! Law 2 and law 4 through kills: one command id, sent again and again by many clients of a program that is killed.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    CommandId, Jangle, SendError, SqliteStore, StoreError,
    store::{Append, AppendResult, BoxFuture, EventStore},
};
use jangle_tests::{
    accounts::{self, Refusal, deposit, withdraw},
    stores::Disk,
    wrapped::{Appends, Wrapped},
};
use rusqlite::Connection;
use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write, stdout},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};
use tokio::task::JoinSet;

/// Say to a child process that it is one: the file it uses, the command it sends, and under which id.
const STORE: &str = "JANGLE_TEST_STORE";
const SENDS: &str = "JANGLE_TEST_SENDS";
const ID: &str = "JANGLE_TEST_ID";
/// Says to a child where its commit stops for ever: `before` it or `after` it.
const STOP: &str = "JANGLE_TEST_STOP";

const CLIENTS: usize = 16;
const ANSWERS: usize = 1000;
const IDS: i64 = 30;

async fn open(store: &Path) -> Jangle {
    let store = SqliteStore::open(store).await.unwrap();
    let builder = Jangle::builder().store(store.clone()).only(accounts::PATH);
    match std::env::var(STOP) {
        Ok(place) => builder.event_store(Wrapped(Stopping { inner: store, before: place == "before" })),
        Err(_) => builder,
    }
    .start()
    .await
    .unwrap()
}

/// A store whose first append stops for ever, and says so.
struct Stopping {
    inner: SqliteStore,
    before: bool,
}

impl Appends for Stopping {
    type Inner = SqliteStore;

    fn inner(&self) -> &SqliteStore {
        &self.inner
    }

    fn append(&self, batch: Vec<Append>) -> BoxFuture<'_, Result<Vec<AppendResult>, StoreError>> {
        Box::pin(async move {
            if !self.before {
                self.inner.append(batch).await?;
            }
            say("stopped");
            std::future::pending().await
        })
    }
}

/// Sends the command, and puts the answer into a line.
async fn answer(app: &Jangle, sends: &str, id: CommandId) -> String {
    let answer = match sends {
        "deposit" => {
            let answer = app.send(deposit("ann", 7)).id(id).await;
            answer.map_err(|error| error.to_string())
        }
        _ => match app.send(withdraw("ann", 5)).id(id).await {
            Err(SendError::Refused(Refusal::NotEnough { left })) => return format!("refused, only {left} is left"),
            Err(SendError::RefusedBefore { text }) => return format!("refused before, {text}"),
            answer => answer.map_err(|error| error.to_string()),
        },
    };
    let receipt = answer.unwrap();
    let when = if receipt.repeated { "before" } else { "now" };
    let events: Vec<_> = receipt.events.iter().map(|event| (event.id, event.version, event.position)).collect();
    format!("{when}, reply {} version {} position {} {events:?}", receipt.reply, receipt.version, receipt.position)
}

/// Not a test: sends one command under one id without end, and says each answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_child_that_sends_one_command_until_it_is_killed() {
    let Some(store) = std::env::var_os(STORE) else { return };
    let id: CommandId = std::env::var(ID).unwrap().parse().unwrap();
    let app = open(Path::new(&store)).await;
    say("sending");
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let app = app.clone();
        clients.spawn(async move {
            let sends = std::env::var(SENDS).unwrap();
            loop {
                say(&format!("answer {}", answer(&app, &sends, id).await));
            }
        });
    }
    // No client ends unless it panics.
    clients.join_next().await.unwrap().unwrap();
}

/// Says a line at once and in one write, so that lines of several clients do not mix.
fn say(line: &str) {
    let mut out = stdout().lock();
    out.write_all(format!("\n{line}.\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// A child process that runs. It is killed when this is dropped.
struct Running {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Running {
    fn start(store: &Path, sends: &str, id: CommandId) -> Self {
        Self::start_with(store, sends, id, &[])
    }

    fn start_with(store: &Path, sends: &str, id: CommandId, more: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .envs(more.iter().copied())
            .args(["the_child_that_sends_one_command_until_it_is_killed", "--exact", "--nocapture"])
            .envs([(STORE, store.as_os_str()), (SENDS, sends.as_ref()), (ID, id.to_string().as_ref())])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut running = Self { child, said };
        assert_eq!(running.next("sending").as_deref(), Some(""), "the child ended by itself");
        running
    }

    /// The next whole line that begins with `word`, without it; none at the child's end.
    fn next(&mut self, word: &str) -> Option<String> {
        let mut line = String::new();
        while self.said.read_line(&mut line).unwrap() > 0 {
            if let Some(rest) = line.trim_end().strip_suffix('.').and_then(|line| line.strip_prefix(word)) {
                return Some(rest.trim().to_owned());
            }
            line.clear();
        }
        None
    }

    /// Ends it as `kill -9` does after so many answers; adds all that it gave, also those still in the pipe.
    fn kill_after(mut self, number: usize, answers: &mut Vec<String>) {
        for _ in 0..number {
            answers.push(self.next("answer").expect("the child ended by itself"));
        }
        self.child.kill().unwrap();
        answers.extend(std::iter::from_fn(|| self.next("answer")));
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Numbers below `end` that follow from `KILL_SEED`, 1 unless set (SplitMix64).
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let seed = std::env::var("KILL_SEED").map_or(1, |seed| seed.parse().unwrap());
        println!("KILL_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end).unwrap()
    }
}

/// Has children send the command until there are enough answers, and kills them on the way: twice before the first
/// answer, then after some. Answers how many kills that took.
fn send_through_kills(store: &Path, sends: &str, id: CommandId, dice: &mut Dice, answers: &mut Vec<String>) -> usize {
    let enough = answers.len() + ANSWERS;
    let counts: Vec<usize> = [0, 0].into_iter().chain((0..8).map(|_| 1 + dice.below(80))).collect();
    for count in &counts {
        Running::start(store, sends, id).kill_after(*count, answers);
    }
    let left = enough.saturating_sub(answers.len());
    Running::start(store, sends, id).kill_after(left, answers);
    counts.len() + 1
}

/// How many rows `sql` counts.
fn count(store: &Path, sql: &str, id: CommandId) -> i64 {
    let file = Connection::open(store).unwrap();
    file.query_row(sql, [id.as_uuid().to_string()], |row| row.get(0)).unwrap()
}

fn is_reused<T, R>(answer: Result<T, SendError<R>>) -> bool {
    matches!(answer, Err(SendError::IdReused { .. }))
}

const EVENTS: &str = "SELECT count(*) FROM jangle_events WHERE json_extract(metadata, '$.command_id') = ?1";
const OTHER_EVENTS: &str = "SELECT count(*) FROM jangle_events WHERE json_extract(metadata, '$.command_id') <> ?1";
const RECEIPTS: &str = "SELECT count(*) FROM jangle_receipts WHERE lower(hex(command_id)) = replace(?1, '-', '')";
const OTHER_RECEIPTS: &str =
    "SELECT count(*) FROM jangle_receipts WHERE lower(hex(command_id)) <> replace(?1, '-', '')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_2_one_id_sent_a_thousand_times_through_kills_is_one_effect_and_one_receipt() {
    let disk = Disk::new();
    let store = disk.path();
    let (id, mut answers) = (CommandId::new(), Vec::new());
    let kills = send_through_kills(&store, "deposit", id, &mut Dice::new(), &mut answers);
    println!("{} answers through {kills} kills", answers.len());

    assert!(answers.len() >= ANSWERS);
    let first = answers.iter().filter(|answer| answer.starts_with("now, ")).count();
    assert!(first <= 1, "{first} answers say that they are the first");
    let receipts: HashSet<&str> = answers.iter().map(|answer| answer.split_once(", ").unwrap().1).collect();
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert!(receipts.iter().all(|receipt| receipt.starts_with("reply 7 version 1 position 1 ")), "{receipts:?}");

    let found = [EVENTS, RECEIPTS, OTHER_EVENTS, OTHER_RECEIPTS].map(|sql| count(&store, sql, id));
    assert_eq!(found, [1, 1, 0, 0], "events and receipts under the id, and others");

    let app = open(&store).await;
    assert!(is_reused(app.send(deposit("ann", 8)).id(id).await), "another payload");
    assert!(is_reused(app.send(deposit("bob", 7)).id(id).await), "another aggregate");
    assert!(is_reused(app.send(withdraw("ann", 7)).id(id).await), "another command");
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, 8, "the balance is that of one effect");
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_2_an_id_whose_first_run_is_killed_before_or_after_its_commit_takes_effect_once() {
    let disk = Disk::new();
    let store = disk.path();
    let mut dice = Dice::new();
    for nth in 1..=IDS {
        let (id, mut answers) = (CommandId::new(), Vec::new());
        let place = ["before", "after", "answered"][dice.below(3)];
        match place {
            "answered" => Running::start(&store, "deposit", id).kill_after(1, &mut answers),
            _ => {
                let mut running = Running::start_with(&store, "deposit", id, &[(STOP, place)]);
                assert!(running.next("stopped").is_some(), "the child ended by itself");
                running.kill_after(0, &mut answers);
                assert_eq!(answers.len(), 0, "nobody can have heard of it");
            }
        }
        assert_eq!(count(&store, EVENTS, id), i64::from(place != "before"), "killed {place} the commit");
        Running::start(&store, "deposit", id).kill_after(CLIENTS, &mut answers);
        let receipts: HashSet<&str> = answers.iter().map(|answer| answer.split_once(", ").unwrap().1).collect();
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        let expected = format!("reply {} version {nth} position {nth} ", 7 * nth);
        assert!(receipts.iter().all(|receipt| receipt.starts_with(&expected)), "{receipts:?}");
        assert_eq!((count(&store, EVENTS, id), count(&store, RECEIPTS, id)), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_4_a_refused_id_is_spent_through_kills_and_never_takes_effect() {
    let disk = Disk::new();
    let store = disk.path();
    let (id, mut answers, mut dice) = (CommandId::new(), Vec::new(), Dice::new());
    send_through_kills(&store, "withdraw", id, &mut dice, &mut answers);
    let first = answers.iter().filter(|answer| answer.starts_with("refused, ")).count();
    assert!(first <= 1, "{first} answers say that they are the first");
    assert!(answers.iter().all(|answer| answer.ends_with(", only 0 is left")), "{:?}", answers.last());

    // With money on the account the rule would allow it, but the id is spent.
    let app = open(&store).await;
    app.send(deposit("ann", 100)).await.unwrap();
    app.shutdown().await.unwrap();
    answers.clear();
    let kills = send_through_kills(&store, "withdraw", id, &mut dice, &mut answers);
    println!("{} answers through {kills} kills", answers.len());
    let others = answers.iter().find(|answer| *answer != "refused before, only 0 is left");
    assert_eq!(others, None);

    let found = [EVENTS, RECEIPTS, OTHER_EVENTS, OTHER_RECEIPTS].map(|sql| count(&store, sql, id));
    assert_eq!(found, [0, 1, 1, 1], "no event, and one row that says that the id is spent");
    let app = open(&store).await;
    assert!(is_reused(app.send(withdraw("ann", 6)).id(id).await), "another payload");
    assert_eq!(app.send(deposit("ann", 1)).await.unwrap().reply, 101);
    app.shutdown().await.unwrap();
}
