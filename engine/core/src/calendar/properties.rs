//! What holds for every rule and every date.

use alloc::vec::Vec;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;

fn a_date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..80_000).prop_map(|days| {
        NaiveDate::from_ymd_opt(1900, 1, 1)
            .expect("a day")
            .checked_add_days(Days::new(days))
            .expect("in range")
    })
}

fn a_territory() -> impl Strategy<Value = Territory> {
    prop::sample::select(Territory::ALL.to_vec())
}

fn a_moment() -> impl Strategy<Value = Moment> {
    (a_date(), prop::option::of((0_u32..24, 0_u32..60))).prop_map(|(date, time)| match time {
        Some((hour, minute)) => {
            Moment::at(date.and_hms_opt(hour, minute, 0).expect("a time")).expect("in range")
        }
        None => Moment::on(date).expect("in range"),
    })
}

fn a_calendar() -> impl Strategy<Value = Calendar> {
    prop_oneof![Just(Calendar::Office), a_territory().prop_map(Calendar::Of)]
}

fn a_skipping() -> impl Strategy<Value = Skipping> {
    let rest = prop::sample::select(alloc::vec![
        WeeklyRest::None,
        WeeklyRest::Sundays,
        WeeklyRest::Weekends
    ]);
    (rest, prop::option::of(a_calendar())).prop_map(|(rest, holidays)| Skipping { rest, holidays })
}

fn a_span() -> impl Strategy<Value = Span<&'static str>> {
    (0_u16..5, 0_u16..30, 0_u16..5, 0_u16..400).prop_map(|(years, months, weeks, days)| Span {
        years: Quantity::Fixed(years),
        months: Quantity::Fixed(months),
        weeks: Quantity::Fixed(weeks),
        days: Quantity::Fixed(days),
    })
}

fn a_length() -> impl Strategy<Value = Length<&'static str>> {
    prop_oneof![
        (0_u16..300, a_skipping())
            .prop_map(|(days, skipping)| Length::DaysBut(Quantity::Fixed(days), skipping)),
        a_span().prop_map(Length::Span),
        a_span().prop_map(Length::Clear),
    ]
}

fn a_move() -> impl Strategy<Value = Move<&'static str>> {
    let direction = prop::sample::select(alloc::vec![Direction::After, Direction::Before]);
    let start_day = prop::sample::select(alloc::vec![StartDay::Excluded, StartDay::Included]);
    let missing_day = prop::sample::select(alloc::vec![
        MissingDay::LastOfMonth,
        MissingDay::FirstOfNext
    ]);
    let edge = prop::sample::select(alloc::vec![Edge::First, Edge::Last]);
    let which = prop::sample::select(alloc::vec![Which::This, Which::Next, Which::Previous]);
    let period = prop::sample::select(alloc::vec![Period::HalfMonth, Period::Month, Period::Year]);
    let weekday = (0_u8..7).prop_map(|day| chrono::Weekday::try_from(day).expect("seven days"));
    prop_oneof![
        Just(Move::Stay),
        (a_length(), direction.clone(), start_day, missing_day).prop_map(
            |(length, direction, start_day, missing_day)| {
                Move::Count(Count {
                    length,
                    direction,
                    start_day,
                    missing_day,
                    distance: None,
                })
            }
        ),
        (edge, which, period).prop_map(|(edge, which, period)| Move::Edge {
            edge,
            which,
            period
        }),
        (1_u8..9, weekday, direction).prop_map(|(nth, weekday, direction)| Move::Weekday {
            nth,
            weekday,
            direction
        }),
        (1_u8..=31, 1_u8..=12, 0_u16..4).prop_map(|(day, month, years)| Move::DayOfYear {
            day,
            month,
            calendar_years: Quantity::Fixed(years)
        }),
        (1_u8..=31, 0_u16..40).prop_map(|(day, months)| Move::DayOfMonth {
            day,
            calendar_months: Quantity::Fixed(months)
        }),
    ]
}

fn a_roll() -> impl Strategy<Value = Roll> {
    prop_oneof![
        Just(Roll::None),
        a_calendar().prop_map(Roll::NextWorkingDay),
        a_calendar().prop_map(Roll::Unsettled)
    ]
}

fn due(rule: &Reckoning<&'static str>, start: Moment, territory: Territory) -> Deadline {
    resolve(
        &rule.clone().into(),
        &mut Given::new(territory).with("start", start),
    )
    .expect("everything is known")
}

fn day(date: NaiveDate) -> Moment {
    Moment::on(date).expect("in range")
}

proptest! {
    #[test]
    fn counting_working_days_lands_on_a_working_day(
        start in a_date(), days in 1_u16..300, territory in a_territory(), included: bool, backwards: bool,
    ) {
        let count = Count {
            length: Length::working_days(days, Calendar::Office),
            direction: if backwards { Direction::Before } else { Direction::After },
            start_day: if included { StartDay::Included } else { StartDay::Excluded },
            missing_day: MissingDay::LastOfMonth,
            distance: None,
        };
        let reached = due(&Reckoning::moved("start", Move::Count(count)), day(start), territory).due().date();

        prop_assert!(is_working_day(reached, territory), "{reached}");
        // Exactly that many working days were counted.
        let (first, last) = if backwards { (reached, start) } else { (start, reached) };
        let worked = first.iter_days().take_while(|day| *day <= last).filter(|day| is_working_day(*day, territory)).count();
        let start_counts = usize::from(!included && is_working_day(start, territory));
        prop_assert_eq!(worked - start_counts, usize::from(days));
    }

    #[test]
    fn rolling_twice_is_rolling_once(start in a_date(), territory in a_territory()) {
        let rule = Reckoning::moved("start", Move::Stay).rolled(Roll::NextWorkingDay(Calendar::Office));
        let once = due(&rule, day(start), territory).due();
        prop_assert!(once.date() >= start);
        prop_assert!(is_business_day(once.date(), territory));
        prop_assert_eq!(due(&rule, once, territory).due(), once);
        prop_assert_eq!(next_business_day(start, territory), Some(once.date()));
    }

    #[test]
    fn a_later_start_is_never_due_earlier(
        by in a_move(), roll in a_roll(), starts in (a_date(), a_date()), territory in a_territory(),
    ) {
        let rule = Reckoning::moved("start", by).rolled(roll);
        let (early, late) = if starts.0 <= starts.1 { starts } else { (starts.1, starts.0) };
        prop_assert!(due(&rule, day(early), territory).due() <= due(&rule, day(late), territory).due());
    }

    #[test]
    fn neighbours_keep_their_order_too(by in a_move(), start in a_date(), territory in a_territory()) {
        let rule = Reckoning::moved("start", by);
        let next = start.succ_opt().expect("in range");
        prop_assert!(due(&rule, day(start), territory).due() <= due(&rule, day(next), territory).due());
    }

    #[test]
    fn hours_count_exactly_the_hours_that_are_not_skipped(
        start in a_date(), hour in 0_u32..24, hours in 0_u16..200, territory in a_territory(),
    ) {
        let start = Moment::at(start.and_hms_opt(hour, 0, 0).expect("a time")).expect("in range");
        let skipping = Skipping::business(Calendar::Office);
        let rule = Reckoning::count("start", Length::Hours(Quantity::Fixed(hours), skipping));
        let ends = due(&rule, start, territory).ends();
        let mut counted = 0;
        let mut now = start.starts();
        while now < ends {
            counted += u16::from(is_business_day(now.date(), territory));
            now += chrono::TimeDelta::hours(1);
        }
        prop_assert_eq!(counted, hours);
    }

    #[test]
    fn hours_keep_the_order_of_their_starts(
        date in a_date(), minutes in (0_i64..6000, 0_i64..6000), hours in 0_u16..200, skipping in a_skipping(),
        backwards: bool, territory in a_territory(),
    ) {
        let rule = Reckoning::moved("start", Move::Count(Count {
            length: Length::Hours(Quantity::Fixed(hours), skipping),
            direction: if backwards { Direction::Before } else { Direction::After },
            start_day: StartDay::Excluded,
            missing_day: MissingDay::LastOfMonth,
            distance: None,
        }));
        let reached = |minutes| {
            let start = day(date).starts() + chrono::TimeDelta::minutes(minutes);
            due(&rule, Moment::at(start).expect("in range"), territory).due()
        };
        prop_assert!(reached(minutes.0.min(minutes.1)) <= reached(minutes.0.max(minutes.1)));
    }

    #[test]
    fn the_latest_of_two_is_one_of_them_and_not_before_the_other(
        first in a_length(), second in a_length(), start in a_date(), territory in a_territory(),
    ) {
        let rules = [Reckoning::count("start", first), Reckoning::count("start", second)];
        let each = rules.clone().map(|rule| due(&rule, day(start), territory).due());
        let latest = Reckoning {
            basis: Basis::Of { pick: Pick::Latest, among: rules.to_vec() },
            roll: Roll::None,
            then: None,
        };
        prop_assert_eq!(Some(due(&latest, day(start), territory).due()), each.into_iter().max());
    }

    #[test]
    fn no_rule_and_no_moment_make_it_panic(
        by in a_move(), roll in a_roll(), start in a_moment(), far in 0_u64..3_000_000, huge: u16,
    ) {
        let mut rule = Reckoning::moved("start", by).rolled(roll);
        rule.then = Some(alloc::boxed::Box::new(Reckoning {
            basis: Basis::From {
                start: Start { anchor: Anchor::ThatDay, of_several: None },
                by: Move::Count(Count {
                    length: Length::Hours(Quantity::Fixed(huge), Skipping::NOTHING),
                    direction: Direction::Before,
                    start_day: StartDay::Included,
                    missing_day: MissingDay::FirstOfNext,
                    distance: Some(Extensions { overseas: 1, abroad: huge, between: None }),
                }),
            },
            roll,
            then: None,
        }));
        let moments = [start, day(start.date().checked_add_days(Days::new(far)).filter(|date| Moment::on(*date).is_ok()).unwrap_or(start.date()))];
        for moment in moments {
            let mut situation = Given::new(Territory::Metropole).with("start", moment).at_distance(Distance::Abroad);
            if let Ok(deadline) = resolve(&rule.clone().into(), &mut situation) {
                let lines: Vec<_> = [Language::French, Language::English].map(|language| deadline.explain(language).len()).into();
                prop_assert_eq!(lines, alloc::vec![deadline.working_out().len(); 2]);
            }
        }
    }

    #[test]
    fn judging_agrees_with_the_end_of_the_day(due_on in a_moment(), at in a_moment()) {
        let rule = Reckoning::moved("start", Move::Stay);
        let deadline = due(&rule, due_on, Territory::Metropole);
        match deadline.judge(at) {
            Timeliness::InTime => prop_assert!(at.starts() <= deadline.ends()),
            Timeliness::Late => prop_assert!(at.ends() > deadline.ends()),
            Timeliness::NeedsTimeOfDay => prop_assert!(at.time().is_none() && at.date() == due_on.date()),
            Timeliness::TooEarly | Timeliness::Unsettled => prop_assert!(false, "nothing here opens or is unsettled"),
        }
    }
}
