//! What every door answers: to a link that opens nothing, when the engine cannot, to somebody who was forgotten.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use parcours_core::JourneyId;
use parcours_http::{DeskError, Links, NewLink};

use tower::ServiceExt;

use crate::support::page::{checked, text};
use crate::support::{self, World};

#[tokio::test]
async fn what_the_api_does_not_have_is_a_problem_too() {
    let world = World::at("2026-03-04T10:00:00");
    let nothing = world.get("/v1/nosuch").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.text.contains("no-such-address"), "{}", nothing.text);
    let method = world.get("/v1/answers").await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(method.text.contains("not-that-method"), "{}", method.text);
    assert_eq!(method.headers["allow"], "POST");
}

#[tokio::test]
async fn links_that_open_nothing_say_so_in_plain_words() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let holder = "p-claire".parse().unwrap(); // invented
    let ended = world.link(journey, Some("2026-03-03")).path();
    let new = |journey| NewLink {
        journey,
        holder: &holder,
        round: 0,
        made: "2026-03-04".parse().unwrap(),
        until: None,
    };
    let other = Links::new(&[8; 32]).make(&new(journey)).unwrap().path();
    let nobody = world.links.make(&new(JourneyId::new(1, [1; 14])));
    let nobody = nobody.unwrap().path();
    for (path, status, said) in [
        (
            ended.as_str(),
            StatusCode::GONE,
            "Ce lien n’est plus valable",
        ),
        (
            other.as_str(),
            StatusCode::NOT_FOUND,
            "Ce lien n’ouvre rien",
        ),
        (
            nobody.as_str(),
            StatusCode::NOT_FOUND,
            "Cette page n’existe pas",
        ),
        ("/j/x/y", StatusCode::NOT_FOUND, "Ce lien n’ouvre rien"),
        ("/j/%FF/y", StatusCode::NOT_FOUND, "Cette page n’existe pas"),
        ("/j/", StatusCode::NOT_FOUND, "Cette page n’existe pas"),
        ("/nowhere", StatusCode::NOT_FOUND, "Cette page n’existe pas"),
    ] {
        let page = world.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(text(&checked(&page.text, "fr")).contains(said), "{path}");
    }
    assert!(world.ledger.reads().is_empty());
}

#[tokio::test]
async fn when_the_engine_cannot_the_page_says_that_nothing_is_lost() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    for (error, said) in [
        (
            DeskError::Unavailable("lane closed".to_owned()),
            "Le service est indisponible",
        ),
        (DeskError::Parked, "arrêté pour vérification"),
        (DeskError::Behind, "Le service est indisponible"),
    ] {
        world.desk.breaks(Some(error));
        let shown = world.get(&page).await;
        assert_eq!(shown.status, StatusCode::SERVICE_UNAVAILABLE);
        let text = text(&checked(&shown.text, "fr"));
        assert!(
            text.contains(said) && text.contains("Rien n’est perdu"),
            "{text}"
        );
    }
    world.desk.breaks(None);
    let ahead = world.get(&format!("{page}?seen=00000000ffffffff")).await;
    assert_eq!(ahead.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        world.get(&format!("{page}?seen=nonsense")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn every_answer_protects_its_reader() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    for path in ["/", "/nowhere", "/agent", &world.path(journey)] {
        let page = world.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        checked(&page.text, "fr");
    }
    let page = world.get("/").await;
    let style = page.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    let style = world.get(&style).await;
    assert_eq!(style.status, StatusCode::OK);
    assert!(style.header("cache-control").contains("immutable"));
    assert!(style.text.contains("@media print"));
}

#[tokio::test]
async fn who_was_forgotten_is_gone_through_every_door() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    world.desk.forgets(journey);
    for end in ["", "/print", "/history", "/calendar.ics"] {
        let gone = world.get(&format!("{page}{end}")).await;
        assert_eq!(gone.status, StatusCode::GONE, "{end}");
        let shown = text(&checked(&gone.text, "fr"));
        assert!(shown.contains("Ce dossier a été effacé"), "{shown}");
    }
    world.desk.wait_until("2026-05-04T10:00:00");
    for (lang, said) in [
        (
            "fr",
            [
                "Le parcours a commencé le mercredi 4 mars 2026.",
                "Ce qui reste",
                "À qui s’adresser",
                "cnil.fr",
            ],
        ),
        (
            "en",
            [
                "The journey began on Wednesday 4 March 2026.",
                "What remains",
                "Whom to ask",
                "cnil.fr",
            ],
        ),
    ] {
        let gone = world.get(&format!("{page}?lang={lang}")).await;
        let shown = text(&checked(&gone.text, lang)).replace('\u{a0}', " ");
        for said in said {
            assert!(shown.contains(said), "{said} is not in: {shown}");
        }
        let last = lang == "fr" && shown.contains("La dernière chose y a été notée le");
        assert!(last || shown.contains("was noted in it on"), "{shown}");
        assert!(!shown.contains("Claire") && !shown.contains("naissance"));
    }
    let api = format!("/v1/journeys/{journey}");
    let step = "steps/declare_birth.child.0";
    for path in [
        api.clone(),
        format!("{api}/history"),
        format!("{api}/{step}/because"),
    ] {
        let gone = world.get(&path).await;
        assert_eq!(gone.status, StatusCode::GONE, "{path}: {}", gone.text);
        assert!(
            gone.text.contains("urn:parcours:problem:forgotten"),
            "{}",
            gone.text
        );
    }
    let desk = world.get(&format!("/agent/journeys/{journey}")).await;
    assert_eq!(desk.status, StatusCode::GONE);
}

#[tokio::test]
async fn before_there_is_an_engine_the_doors_say_how_far_it_is_and_then_serve_all() {
    let front =
        parcours_http::Front::preparing(|| "rebuilding lookups: 12,000 journeys".to_owned());
    let router = front.router();
    let get = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        support::Answered::of(router.clone().oneshot(request).await.unwrap()).await
    };
    let alive = get("/healthz").await;
    assert_eq!((alive.status, &*alive.text), (StatusCode::OK, "alive\n"));
    let ready = get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        ready.text.contains("\"ready\":false") && ready.text.contains("12,000 journeys"),
        "{}",
        ready.text
    );
    for path in ["/v1/journeys/x", "/v1/openapi.json", "/metrics", "/nothing"] {
        let early = get(path).await;
        assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(early.header("content-type"), "application/problem+json");
        assert!(early.header("retry-after").parse::<u32>().is_ok(), "{path}");
        assert!(early.text.contains("urn:parcours:problem:unavailable"));
        assert!(early.text.contains("12,000 journeys"), "{}", early.text);
    }
    let page = get("/?lang=fr").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.header("retry-after").parse::<u32>().is_ok());
    let shown = text(&checked(&page.text, "fr"));
    assert!(shown.contains("Rien n’est perdu"), "{shown}");
    let style = page.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    assert_eq!(get(&style).await.status, StatusCode::OK);

    // Whoever is connected already is served at once.
    let world = World::at("2026-03-04T10:00:00");
    front.open(world.site());
    assert_eq!(get("/readyz").await.status, StatusCode::OK);
    assert_eq!(get("/?lang=fr").await.status, StatusCode::OK);
    let none = get("/nothing").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert_eq!(none.header("x-content-type-options"), "nosniff");
}
