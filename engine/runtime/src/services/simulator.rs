//! Services as the catalog's `simulator:` describes them.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use parcours_core::catalog::Catalog;
use parcours_core::definition::SimulatedAnswer;
use parcours_core::expr::{Expr, Lookup, Outcome, Root, Scope, eval};
use parcours_core::journey::Answer;
use parcours_core::plan::{Truth, truth};
use parcours_core::value::{Reason, Value};
use parcours_lang::Loaded;

use super::{Call, CallError, Services};
use crate::clock::{BoxFuture, Clock};

/// What a simulated service does with an attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// How long it takes.
    pub after: Duration,
    /// What comes back then; nothing when it stays silent.
    pub comes: Option<Result<Answer, String>>,
}

/// Services that answer as the catalog says, on a clock of any kind or at once.
pub struct Simulated {
    catalog: RwLock<Arc<Catalog>>,
    /// None: they take no time.
    clock: Option<Arc<dyn Clock>>,
}

impl Simulated {
    /// The services of `catalog`, taking their time on `clock`.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>, clock: Arc<dyn Clock>) -> Self {
        Self {
            catalog: RwLock::new(catalog),
            clock: Some(clock),
        }
    }

    /// The same, without taking any time: for demonstrations and measurements.
    #[must_use]
    pub fn at_once(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog: RwLock::new(catalog),
            clock: None,
        }
    }
}

impl Services for Simulated {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>> {
        let catalog = self.catalog.read().unwrap_or_else(PoisonError::into_inner);
        let catalog = catalog.clone();
        let simulation = simulate(&catalog, &call);
        let clock = self.clock.clone();
        Box::pin(async move {
            if let Some(clock) = clock {
                let when = clock.now().after(simulation.after);
                while clock.now() < when {
                    clock.sleep_until(when).await;
                }
            }
            match simulation.comes {
                Some(Ok(answer)) => Ok(answer),
                Some(Err(what)) => Err(CallError::Failed(what)),
                None => Err(CallError::Later),
            }
        })
    }

    fn under(&self, law: &Arc<Loaded>) {
        let mut catalog = self.catalog.write().unwrap_or_else(PoisonError::into_inner);
        *catalog = Arc::new(law.catalog.clone());
    }
}

/// What the catalog's simulator does with this attempt. The cases are tried in order, over `argument`.
#[must_use]
pub fn simulate(catalog: &Catalog, call: &Call) -> Simulation {
    let failed = |what: String| Simulation {
        after: Duration::ZERO,
        comes: Some(Err(what)),
    };
    let Some(operation) = catalog.operation(&call.operation) else {
        return failed(format!("no operation `{}` in the catalog", call.operation));
    };
    let Some(arguments) = call.arguments.value() else {
        return failed("the arguments were erased with the person they were about".to_owned());
    };
    let scope = Arguments(Value::Record(arguments.clone()));
    let simulation = &operation.simulation;
    let case = simulation
        .cases
        .iter()
        .find(|(when, _)| matches!(truth(when, &scope), Truth::Yes(_)));
    let answer = case.map_or(&simulation.otherwise, |(_, answer)| answer);
    let comes = match answer {
        SimulatedAnswer::Reply(fields) => Some(reply(fields, &scope).map(Answer::Reply)),
        SimulatedAnswer::Refuse(code) => Some(Ok(Answer::Refusal {
            code: code.clone(),
            words: None,
            notice_defective: false,
        })),
        SimulatedAnswer::Fail(what) => Some(Err(what.clone())),
        SimulatedAnswer::Silence => None,
    };
    Simulation {
        after: simulation.after,
        comes,
    }
}

fn reply(fields: &BTreeMap<String, Expr>, scope: &Arguments) -> Result<Value, String> {
    let mut reply = BTreeMap::new();
    for (name, expr) in fields {
        match eval(expr, scope) {
            Outcome::Known { value, .. } => reply.insert(name.clone(), value),
            Outcome::Unknown { .. } => return Err(format!("the simulated reply lacks `{name}`")),
            Outcome::Failed { failure, .. } => {
                return Err(format!("the simulated `{name}`: {failure}"));
            }
        };
    }
    Ok(Value::Record(reply))
}

struct Arguments(Value);

impl Scope for Arguments {
    fn get(&self, root: &Root) -> Lookup<'_> {
        match root {
            Root::Bound(name) if &**name == "argument" => Lookup::from(&self.0),
            _ => Lookup::Unknown(Reason::NotKnown),
        }
    }
}
