//! The engine's port to services, over workers: some services by workers on NATS, the others elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use parcours_core::journey::{Answer, CallPurpose};
use parcours_core::name::ServiceId;
use parcours_lang::Loaded;
use parcours_lang::life_event::to_json;
use parcours_runtime::clock::BoxFuture;
use parcours_runtime::services::{Call, CallError, Services};
use tokio::sync::watch;

use super::Workers;
use crate::error::NatsError;

/// Which services workers on NATS serve; the others go where they went before (the simulator, HTTP).
#[derive(Clone)]
pub struct ServiceRoute<O> {
    /// The services of workers.
    pub by_workers: BTreeSet<ServiceId>,
    /// The workers.
    pub workers: Workers,
    /// Where the others go.
    pub others: Arc<O>,
}

impl<O: Services> Services for ServiceRoute<O> {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>> {
        if self.by_workers.contains(&call.operation.service) {
            self.workers.call(call)
        } else {
            self.others.call(call)
        }
    }

    fn back(&self) -> Option<watch::Receiver<u64>> {
        Services::back(&self.workers)
    }

    fn under(&self, law: &Arc<Loaded>) {
        self.workers.under(law);
        self.others.under(law);
    }
}

/// A call is handed over, and its answer comes later; it never fails because NATS is away or has no room, which is no fault of the
/// call.
impl Services for Workers {
    fn back(&self) -> Option<watch::Receiver<u64>> {
        Some(self.back())
    }

    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>> {
        let workers = self.clone();
        Box::pin(async move {
            let Some(arguments) = call.arguments.value() else {
                return Err(CallError::Failed("the arguments are erased".into()));
            };
            let arguments = arguments
                .iter()
                .map(|(name, value)| (name.clone(), to_json(value)))
                .collect();
            let handed = super::Call {
                key: call.key,
                operation: call.operation,
                undo: call.purpose == CallPurpose::Undo,
                attempt: call.attempt,
                arguments,
            };
            Err(match workers.hand_over(handed).await {
                Ok(()) => CallError::Later,
                Err(NatsError::Full { what }) => CallError::Full(what),
                Err(NatsError::Unavailable { what }) => CallError::Away(what),
                Err(error @ NatsError::NoStream { .. }) => CallError::Away(error.to_string()),
                Err(error) => CallError::Failed(error.to_string()),
            })
        })
    }
}
