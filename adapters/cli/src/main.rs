//! The one binary of Parcours.

mod bench;
mod calendar;
mod check;
mod day;
mod demo;
mod engine;
mod explain;
mod folder;
mod forget;
mod http;
mod journeys;
mod lang;
mod log;
mod nats;
mod publish;
mod report;
mod sample;
mod schema;
mod secret;
mod serve;
mod spec;
mod terminal;
mod token;
mod trying;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use terminal::{Answer, Paint};

/// A life event becomes a journey that someone can follow.
#[derive(Debug, Parser)]
#[command(name = "parcours", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Check(check::Arguments),
    Explain(explain::Arguments),
    Try(trying::Arguments),
    Spec(spec::Arguments),
    Schema(schema::Arguments),
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Publish(publish::Arguments),
    Forget(forget::Arguments),
    Token(token::Arguments),
    /// The durable log of a data folder: show, verify, export, back up and restore.
    #[command(subcommand)]
    Log(log::Verb),
    /// Measurements, each beside the machine's own limit in the same run.
    #[command(subcommand)]
    Bench(bench::Verb),
    /// The legal calendar: public holidays, and dates reckoned as the law counts them.
    #[command(subcommand)]
    Calendar(calendar::Verb),
}

/// Exit codes: 0 fine, 1 the answer is no, 2 wrong use.
fn main() -> ExitCode {
    let Arguments { verb } = Arguments::parse();
    let paint = Paint::of_terminal();
    let answer: Answer = match verb {
        Verb::Check(arguments) => check::run(&arguments, paint),
        Verb::Explain(arguments) => explain::run(&arguments, paint),
        Verb::Try(arguments) => trying::run(&arguments, paint),
        Verb::Spec(arguments) => spec::run(&arguments, paint),
        Verb::Schema(arguments) => schema::run(&arguments, paint),
        Verb::Demo(arguments) => demo::run(&arguments, paint),
        Verb::Serve(arguments) => serve::run(&arguments, paint),
        Verb::Publish(arguments) => publish::run(&arguments, paint),
        Verb::Forget(arguments) => forget::run(&arguments),
        Verb::Token(arguments) => token::run(&arguments),
        Verb::Log(verb) => log::run(&verb, paint),
        Verb::Bench(verb) => bench::run(&verb, paint),
        Verb::Calendar(verb) => calendar::run(&verb, paint),
    };
    answer.tell()
}

/// Runs what is asynchronous to its end, on every processor.
fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?
        .block_on(work)
}

/// Log lines on the standard error, as `RUST_LOG` says; unless it does, warnings and worse, and that it stops. In colour only where a
/// terminal shows them.
fn log_to_stderr() {
    let ordinary = || format!("warn,{}=info", engine::STOPPING);
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(ordinary()));
    // A second call changes nothing.
    let _set = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(Paint::of_log() == Paint::Colour)
        .with_writer(std::io::stderr)
        .try_init();
}
