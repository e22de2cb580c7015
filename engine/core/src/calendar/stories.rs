//! What the law asks, told case by case. The official vectors live in `specs/fixtures/calendar`.

use alloc::collections::BTreeSet;

use super::*;

fn on(text: &str) -> Moment {
    text.parse().expect("a test writes real dates")
}

fn withdrawal() -> Reckoning<&'static str> {
    Reckoning::count("signed", Length::days(15)).rolled(Roll::NextWorkingDay(Calendar::Office))
}

#[test]
fn all_that_lacks_is_told_at_once() {
    let mut rule = withdrawal();
    rule.basis = Basis::Of {
        pick: Pick::Latest,
        among: alloc::vec![withdrawal(), Reckoning::moved("admitted", Move::Stay)],
    };
    let lacking = resolve(&rule.into(), &mut Given::default()).expect_err("nothing is known");
    assert_eq!(
        lacking,
        Unresolved::Lacking(BTreeSet::from([
            Missing::Date("signed".into()),
            Missing::Date("admitted".into()),
            Missing::Office
        ]))
    );
}

#[test]
fn the_office_is_not_asked_for_when_no_holiday_matters() {
    let rule = Reckoning::count("start", Length::months(2)).into();
    let deadline = resolve(&rule, &mut Given::default().with("start", on("2023-12-31")))
        .expect("only a date is needed");
    assert_eq!(deadline.due(), on("2024-02-29"));
}

#[test]
fn several_dates_for_one_name_must_say_which() {
    let mut spouses = Given::new(Territory::Metropole)
        .with("received", on("2026-03-02"))
        .with("received", on("2026-03-05"));
    let mut rule = Reckoning::count("received", Length::days(15));
    assert_eq!(
        resolve(&rule.clone().into(), &mut spouses),
        Err(Impossible::SeveralMoments { count: 2 }.into())
    );
    if let Basis::From { start, .. } = &mut rule.basis {
        start.of_several = Some(Pick::Latest);
    }
    assert_eq!(
        resolve(&rule.into(), &mut spouses)
            .expect("the later counts")
            .due(),
        on("2026-03-20")
    );
}

#[test]
fn an_amount_may_have_a_name() {
    let span = Span {
        days: Quantity::Named("paternity_days"),
        ..Span::none()
    };
    let rule = Reckoning::count("born", Length::Span(span)).into();
    let mut birth = Given::new(Territory::Metropole).with("born", on("2026-03-01"));
    assert_eq!(
        resolve(&rule, &mut birth),
        Err(Unresolved::Lacking(BTreeSet::from([Missing::Amount(
            "paternity_days".into()
        )])))
    );
    let deadline =
        resolve(&rule, &mut birth.clone().with_amount("paternity_days", 25)).expect("all is known");
    assert_eq!(deadline.due(), on("2026-03-26"));
    assert_eq!(
        resolve(&rule, &mut birth.with_amount("paternity_days", -1)),
        Err(Impossible::BadAmount { amount: -1 }.into())
    );
}

#[test]
fn the_end_of_the_calendar_is_an_answer_and_not_a_panic() {
    let mut last_day = Given::new(Territory::Metropole).with("start", on("9999-12-31"));
    for length in [
        Length::days(1),
        Length::months(1),
        Length::working_days(3, Calendar::Office),
    ] {
        let impossible = resolve(&Reckoning::count("start", length).into(), &mut last_day);
        assert_eq!(
            impossible,
            Err(Impossible::OutOfCalendar {
                from: on("9999-12-31")
            }
            .into())
        );
    }
}

#[test]
fn hours_need_a_time_of_day() {
    let rule = Reckoning::count(
        "certified",
        Length::Hours(Quantity::Fixed(24), Skipping::NOTHING),
    )
    .into();
    let whole_day = resolve(
        &rule,
        &mut Given::new(Territory::Metropole).with("certified", on("2026-05-22")),
    );
    assert_eq!(
        whole_day,
        Err(Impossible::NoTimeOfDay {
            from: on("2026-05-22")
        }
        .into())
    );
}

#[test]
fn an_unsettled_roll_keeps_the_safe_date_and_tells_the_other() {
    let rule = Reckoning::count("born", Length::days(5))
        .rolled(Roll::Unsettled(Calendar::Office))
        .into();
    let deadline = resolve(
        &rule,
        &mut Given::new(Territory::Metropole).with("born", on("2026-03-02")),
    )
    .expect("all is known");
    assert_eq!(
        (deadline.due(), deadline.perhaps()),
        (on("2026-03-07"), Some(on("2026-03-09")))
    );
    let judged = ["2026-03-07", "2026-03-08", "2026-03-10"].map(|day| deadline.judge(on(day)));
    assert_eq!(
        judged,
        [Timeliness::InTime, Timeliness::Unsettled, Timeliness::Late]
    );
}

#[test]
fn channels_each_have_their_date_and_the_last_one_closes_all() {
    let friday = Reckoning::moved(
        "ballot",
        Move::Weekday {
            nth: 6,
            weekday: chrono::Weekday::Fri,
            direction: Direction::Before,
        },
    );
    let wednesday = Reckoning::moved(
        "ballot",
        Move::Weekday {
            nth: 6,
            weekday: chrono::Weekday::Wed,
            direction: Direction::Before,
        },
    );
    let plain = |reckoning| Variant {
        reckoning,
        met_by: None,
    };
    let rule = DateRule::ByChannel(
        [
            (Channel::Online, plain(wednesday)),
            (Channel::Paper, plain(friday)),
        ]
        .into(),
    );
    let mut ballot = Given::new(Territory::Metropole).with("ballot", on("2026-03-15"));

    let all = resolve(&rule, &mut ballot).expect("all is known");
    assert_eq!(all.due(), on("2026-02-06"));
    assert_eq!(
        all.judge_by(Channel::Online, on("2026-02-05")),
        Timeliness::Late
    );
    assert_eq!(
        all.judge_by(Channel::Paper, on("2026-02-05")),
        Timeliness::InTime
    );
    let online = resolve(&rule, &mut ballot.clone().by(Channel::Online)).expect("all is known");
    assert_eq!(online.due(), on("2026-02-04"));
    assert_eq!(
        resolve(&rule, &mut ballot.by(Channel::Phone)),
        Err(Impossible::NoSuchChannel.into())
    );
}

#[test]
fn a_window_is_judged_at_both_ends() {
    let window = WindowRule {
        opens: Reckoning::count("start", Length::days(1)).into(),
        closes: Reckoning::count("start", Length::days(3)).into(),
    };
    let window = resolve_window(
        &window,
        &mut Given::default().with("start", on("2026-03-01")),
    )
    .expect("all is known");
    let judged = ["2026-03-01", "2026-03-02", "2026-03-04T23:59", "2026-03-05"]
        .map(|day| window.judge(on(day)));
    assert_eq!(
        judged,
        [
            Timeliness::TooEarly,
            Timeliness::InTime,
            Timeliness::InTime,
            Timeliness::Late
        ]
    );
    assert!(!window.is_empty());
}

#[test]
fn the_working_out_reads_in_both_languages() {
    let deadline = resolve(
        &withdrawal().into(),
        &mut Given::new(Territory::Metropole).with("signed", on("2026-04-16")),
    )
    .expect("known");
    assert_eq!(
        deadline.explain(Language::French),
        [
            "point de départ\u{a0}: jeudi 16 avril 2026, jour qui ne compte pas",
            "15 jours plus tard\u{a0}: vendredi 1er mai 2026",
            "le vendredi 1er mai 2026 est férié (Fête du Travail)\u{a0}: l’échéance est reportée au lundi 4 mai 2026",
        ]
    );
    assert_eq!(
        deadline.explain(Language::English),
        [
            "starts on Thursday 16 April 2026, a day that does not count",
            "15 days later: Friday 1 May 2026",
            "Friday 1 May 2026 is a holiday (Labour Day): the deadline moves to Monday 4 May 2026",
        ]
    );
}
