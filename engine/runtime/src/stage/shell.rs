//! What a stage does with what the machine says: carries it out at once, in order, until nothing is left, or until its power fails.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::executor::block_on;
use parcours_log::lookups::{LookupError, Lookups};
use parcours_log::seal::{Keys, MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{MemoryLog, StreamId};

use super::Stage;
use crate::archive::{Archive, LaneLog};
use crate::keeper::{Keeper, Reopened};
use crate::machine::{Arrival, Output, Published, Reply, Token, Unavailable};

#[derive(Debug)]
pub(super) enum Answered {
    Published(Result<Published, Unavailable>),
    Reply(Reply),
}

impl Stage {
    pub(super) fn token(&mut self) -> Token {
        self.tokens += 1;
        self.tokens
    }

    pub(super) fn reply(&mut self, token: Token) -> Option<Answered> {
        let at = self.replies.iter().position(|(to, _)| *to == token)?;
        Some(self.replies.swap_remove(at).1)
    }

    /// Hands something to the machine and carries out what comes of it, until nothing does.
    pub(super) fn arrive(&mut self, arrival: Arrival) {
        self.carry_on(VecDeque::from([arrival]));
    }

    /// The same, and then what the engine asks of itself.
    pub(super) fn carry_on(&mut self, mut arrivals: VecDeque<Arrival>) {
        loop {
            while let Some(arrival) = arrivals.pop_front() {
                if self.is_crashed() {
                    return;
                }
                for output in self.machine.handle(arrival, self.now) {
                    if self.is_crashed() {
                        return;
                    }
                    self.carry_out(output, &mut arrivals);
                    if let Some(fuel) = &mut self.fuel {
                        *fuel -= 1;
                    }
                }
            }
            if self.is_crashed() || !self.machine.is_idle() || self.machine.closed().is_some() {
                return;
            }
            match self.keeper.page(self.now, self.machine.law()) {
                Ok(page) if page.is_empty() => return,
                Ok(page) => arrivals.extend(page.into_iter().map(Arrival::Request)),
                Err(error) => return self.noted(Err(error)),
            }
        }
    }

    pub(super) fn noted(&mut self, noted: Result<(), LookupError>) {
        if let Err(error) = noted
            && let Err(error) = block_on(self.keeper.repair(error))
        {
            // Whoever looks something up is told.
            tracing::error!(error = %crate::machine::chain(&error), "lookups could not be rebuilt");
        }
    }

    fn carry_out(&mut self, output: Output, arrivals: &mut VecDeque<Arrival>) {
        match output {
            Output::Fetch(wanted) => {
                arrivals.push_back(Arrival::Found(block_on(self.archive.fetch(wanted))));
            }
            Output::Append(append) => match block_on(self.archive.append(append)) {
                Ok((head, commits)) => {
                    // A power failure right after the block comes before anything is noted of it.
                    if self.fuel != Some(1) {
                        self.archive.is_durable(head.position);
                        let noted = self.keeper.note(head, &commits);
                        self.noted(noted);
                    }
                    arrivals.push_back(Arrival::Durable(head));
                }
                Err(error) => {
                    arrivals.push_back(Arrival::NotDurable {
                        reason: error.to_string(),
                    });
                    if let Ok(Reopened { head, .. }) = block_on(self.keeper.reopened()) {
                        self.archive.is_durable(head.position);
                        arrivals.push_back(Arrival::Reopened { head });
                    }
                }
            },
            Output::Acknowledge(token, published) => {
                self.replies.push((token, Answered::Published(published)));
            }
            Output::Answer(token, reply) => self.replies.push((token, Answered::Reply(reply))),
            Output::Dispatch(call) => {
                self.agenda
                    .attempt(call, &self.machine.law().catalog, self.now);
            }
            Output::Tell(happened) => self.happened.push(happened),
            Output::Stand(journeys) => {
                let streams: Vec<_> = journeys
                    .into_iter()
                    .map(|(journey, standing)| (StreamId(*journey.as_bytes()), standing))
                    .collect();
                let noted = self.keeper.stand(&streams);
                self.noted(noted);
            }
            // Here a page is done when nothing is left to carry out.
            Output::Looked(_) => {}
        }
    }
}

pub(super) fn keeper(
    log: &MemoryLog,
    keys: &Arc<MemoryKeys>,
    lookups: &Arc<dyn Lookups>,
    seed: u64,
) -> (Keeper, Archive) {
    let keys: Arc<dyn Keys> = keys.clone();
    let sealer = Arc::new(Sealer::new(keys, SeededEntropy::new(seed)));
    Keeper::new(LaneLog(Arc::new(log.clone())), sealer, lookups.clone())
}

pub(super) fn lost(answered: Option<Answered>) -> Unavailable {
    match answered {
        Some(
            Answered::Published(Err(unavailable))
            | Answered::Reply(Reply::Unavailable(unavailable)),
        ) => unavailable,
        _ => Unavailable {
            reason: "the stage stopped before it answered".to_owned(),
        },
    }
}
