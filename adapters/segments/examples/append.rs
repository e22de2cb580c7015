//! Measures appending on the disk of the folder that is given, or of the current one:
//! `cargo run --release -p parcours-segments --example append -- FOLDER`

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use futures::executor::block_on;
use parcours_segments::bench::{Plan, append};

fn main() -> Result<(), parcours_log::LogError> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let measured = block_on(append(&Plan::new(folder), |_, _| ()))?;
    println!(
        "commits a block | log, commits/s | plain file | ratio | block within (half) | (99 %)"
    );
    for figure in measured {
        let (half, most) = (figure.half_within, figure.most_within);
        let ratio = figure.ratio();
        println!(
            "{:>15} | {:>14.0} | {:>10.0} | {ratio:>5.2} | {half:>19.0?} | {most:.0?}",
            figure.group, figure.log, figure.plain
        );
    }
    Ok(())
}
