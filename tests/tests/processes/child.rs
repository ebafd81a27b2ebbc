//! A process that sends commands of many clients, and says each answer; and who starts, kills, stops and wakes it.

use super::history;
use jangle::{CommandId, Jangle, SendError, SqliteStore};
use jangle_tests::accounts::{self, Refusal, deposit, withdraw};
use std::{
    io::{BufRead, BufReader, Write, stdout},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    time::Duration,
};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Say to a process that it is a child: the file, which child it is, and what it sends.
const STORE: &str = "JANGLE_TEST_STORE";
const CHILD: &str = "JANGLE_TEST_CHILD";
const PLAN: &str = "JANGLE_TEST_PLAN";

const CLIENTS: u64 = 32;
const LEASE: Duration = Duration::from_millis(300);

/// What each child sends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) accounts: u64,
    commands: u64,
    /// Until it is told to end, and only then.
    endless: bool,
}

impl Plan {
    pub(crate) const HOT: Self = Self { accounts: 1, commands: 40, endless: false };
    pub(crate) const WIDE: Self = Self { accounts: 1000, commands: 60, endless: false };

    pub(crate) fn endless(self) -> Self {
        Self { endless: true, ..self }
    }
}

/// One answer, as the client heard it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) child: usize,
    pub(crate) client: u64,
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) heard: Heard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Accepted { version: u64, position: u64, balance: i64, repeated: bool },
    Refused { amount: i64, left: i64 },
    RefusedBefore,
}

/// The clients' `nth` command: where to, how much, and whether it is a deposit.
fn command(plan: Plan, child: usize, client: u64, nth: u64) -> (String, i64, bool) {
    let dice = ((child as u64 * CLIENTS + client) * 1_000_003 + nth).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let is_deposit = dice.is_multiple_of(2);
    let amount = if is_deposit { dice / 2 % 23 } else { dice / 2 % 61 } + 1;
    ((dice / 128 % plan.accounts).to_string(), amount.cast_signed(), is_deposit)
}

async fn client(app: Jangle, plan: Plan, child: usize, client: u64, ended: tokio::sync::watch::Receiver<bool>) {
    for nth in 0.. {
        if if plan.endless { *ended.borrow() } else { nth == plan.commands } {
            return;
        }
        let id = CommandId::from_uuid(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{child} {client} {nth}").as_bytes()));
        let (account, amount, is_deposit) = command(plan, child, client, nth);
        let sent = match is_deposit {
            true => app.send(deposit(&account, amount)).id(id).await.map_err(|error| match error {
                SendError::RefusedBefore { text } => SendError::RefusedBefore { text },
                other => panic!("{other}"),
            }),
            false => app.send(withdraw(&account, amount)).id(id).await,
        };
        let heard = match sent {
            Ok(receipt) => {
                format!("accepted {} {} {} {}", receipt.version, receipt.position, receipt.reply, receipt.repeated)
            }
            Err(SendError::Refused(Refusal::NotEnough { left })) => format!("refused {amount} {left}"),
            Err(SendError::RefusedBefore { .. }) => "before".to_owned(),
            // Nobody may ever see a conflict, or that there is another process at all.
            Err(error) => format!("failed {error}"),
        };
        say(&format!("answer {client} {account} {id} {heard}"));
    }
}

/// Not a test: a child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_child_that_sends() {
    let Some(path) = std::env::var_os(STORE) else { return };
    let child: usize = std::env::var(CHILD).unwrap().parse().unwrap();
    let plan = match std::env::var(PLAN)
        .unwrap()
        .split_whitespace()
        .map(|part| part.parse().unwrap())
        .collect::<Vec<u64>>()[..]
    {
        [accounts, commands, endless] => Plan { accounts, commands, endless: endless == 1 },
        _ => panic!("no plan"),
    };
    let store = SqliteStore::open(Path::new(&path)).await.unwrap();
    let app = Jangle::builder().store(store).only(accounts::PATH).lease(LEASE).start().await.unwrap();
    let (end, ended) = tokio::sync::watch::channel(false);
    let mut clients = JoinSet::new();
    for nth in 0..CLIENTS {
        clients.spawn(client(app.clone(), plan, child, nth, ended.clone()));
    }
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
        let _ = end.send(true);
    });
    clients.join_all().await;
    // The other process may have the handlers, and go on sending.
    app.settle(Duration::from_secs(60)).await.unwrap();
    app.shutdown().await.unwrap();
    say("done");
}

/// Says a line at once and in one write, so that lines of several clients do not mix.
fn say(line: &str) {
    let mut out = stdout().lock();
    out.write_all(format!("\n{line}.\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Two processes on one file.
pub(crate) struct Children {
    store: PathBuf,
    plan: Plan,
    running: [Child; 2],
    sender: Sender<(usize, Option<String>)>,
    said: Receiver<(usize, Option<String>)>,
    answers: Vec<Answer>,
    done: [bool; 2],
}

impl Children {
    pub(crate) fn start(store: &Path, plan: Plan) -> Self {
        let (sender, said) = channel();
        let running = [0, 1].map(|child| start(store, plan, child, &sender));
        Self { store: store.to_owned(), plan, running, sender, said, answers: Vec::new(), done: [false; 2] }
    }

    /// Takes the next line of either child.
    fn next(&mut self) -> Option<usize> {
        let (child, line) = self.said.recv().unwrap();
        let line = line?;
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["answer", client, account, id, ref heard @ ..] => {
                let (client, account, id) = (client.parse().unwrap(), account.to_owned(), id.to_owned());
                self.answers.push(Answer { child, client, account, id, heard: parse(heard) });
            }
            ["done"] => self.done[child] = true,
            _ => {}
        }
        Some(child)
    }

    fn until_answered(&mut self, child: usize, more: usize) {
        let mut left = more;
        while left > 0 {
            assert!(!self.done[child], "child {child} was done too soon");
            if self.next() == Some(child) {
                left -= 1;
            }
        }
    }

    /// `kill -9` after some answers, and once more from the beginning: repeats get the first answers.
    pub(crate) fn kill_and_start_again(&mut self, child: usize, after: usize) {
        self.until_answered(child, after);
        self.running[child].kill().unwrap();
        self.running[child].wait().unwrap();
        self.running[child] = start(&self.store, self.plan, child, &self.sender);
    }

    /// Stops whichever child has the handlers until the other one has them; then wakes it, and lets both go on for a while.
    pub(crate) fn stop_past_the_lease_and_wake(&mut self, after: usize) {
        self.until_answered(0, after);
        self.until_answered(1, after);
        for child in [0, 1] {
            self.stop_outside_a_transaction(child);
            let owner = self.owner(child);
            // The other one goes on, and takes over the lanes of the stopped one, once their leases end.
            self.until_answered(1 - child, after);
            while history::owners(&self.store).contains(&owner) {
                self.until_answered(1 - child, 1);
            }
            self.signal(child, "CONT");
            self.until_answered(child, after);
        }
        for child in &mut self.running {
            child.stdin.take();
        }
    }

    /// A process that is stopped while it writes holds the file's only lock, and all others wait for it.
    fn stop_outside_a_transaction(&self, child: usize) {
        loop {
            self.signal(child, "STOP");
            if history::can_be_written(&self.store) {
                return;
            }
            self.signal(child, "CONT");
        }
    }

    /// Who the child is among the owners of lanes: it keeps a file open that says so.
    fn owner(&self, child: usize) -> Option<Vec<u8>> {
        let prefix = format!("{}-owner-", self.store.file_name().unwrap().to_string_lossy());
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.running[child].id())).unwrap();
        let mut links = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        let id = links.find_map(|link| Uuid::parse_str(link.file_name()?.to_str()?.strip_prefix(&prefix)?).ok());
        Some(id.expect("the child shows that it lives").as_bytes().to_vec())
    }

    fn signal(&self, child: usize, signal: &str) {
        let id = self.running[child].id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
    }

    /// All answers, once both children are done.
    pub(crate) fn finish(mut self) -> Vec<Answer> {
        while self.done != [true; 2] {
            self.next();
        }
        for child in &mut self.running {
            assert!(child.wait().unwrap().success());
        }
        std::mem::take(&mut self.answers)
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start(store: &Path, plan: Plan, child: usize, said: &Sender<(usize, Option<String>)>) -> Child {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["child::the_child_that_sends", "--exact", "--nocapture"])
        .env(STORE, store)
        .env(CHILD, child.to_string())
        .env(PLAN, format!("{} {} {}", plan.accounts, plan.commands, u8::from(plan.endless)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let said = said.clone();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // Without its full stop a line was cut off by a kill.
            if let Some(whole) = line.strip_suffix('.') {
                let _ = said.send((child, Some(whole.to_owned())));
            }
        }
        let _ = said.send((child, None));
    });
    process
}

fn parse(heard: &[&str]) -> Heard {
    match heard {
        ["accepted", version, position, balance, repeated] => Heard::Accepted {
            version: version.parse().unwrap(),
            position: position.parse().unwrap(),
            balance: balance.parse().unwrap(),
            repeated: repeated.parse().unwrap(),
        },
        ["refused", amount, left] => Heard::Refused { amount: amount.parse().unwrap(), left: left.parse().unwrap() },
        ["before"] => Heard::RefusedBefore,
        other => panic!("a client heard {other:?}"),
    }
}
