//! A page that says, in plain words, why there is nothing to see or why nothing was done.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use parcours_core::journey::Rejection;

use super::html;
use crate::desk::{DeskError, Shut};
use crate::links::BadLink;
use crate::text::Lang;

/// Why a page cannot be shown, or a form not taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    /// No such page.
    NotFound,
    /// The link opens nothing.
    Link(BadLink),
    /// It was revoked.
    Revoked,
    /// What should be revoked is no link to this journey.
    NoSuchLink,
    /// An agent without a right to links.
    NoLinks,
    /// Everything about its holder was erased: the days on which the journey began, and something was last noted in it, where they are known.
    Forgotten(Option<(NaiveDate, NaiveDate)>),
    /// The link of somebody who is not in the journey any more.
    NotTheirs,
    /// The form is not ours, or was sent from elsewhere.
    Form,
    /// An agent of other services.
    Office,
    /// Nobody is asked who they are, so only this machine is served.
    Elsewhere,
    /// The reading could not be written down.
    Ledger,
    /// What the engine says.
    Desk(DeskError),
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl From<Shut> for Problem {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Revoked => Self::Revoked,
            Shut::NotTheirs => Self::NotTheirs,
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    lang: Lang,
    title: String,
    text: String,
}

/// What is left to say where everything was erased.
#[derive(Template)]
#[template(path = "erased.html")]
struct ErasedPage {
    lang: Lang,
    title: String,
    text: String,
    days: Option<(String, String)>,
}

impl Problem {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Link(BadLink::Forged) | Self::Desk(DeskError::NoSuchJourney) => {
                StatusCode::NOT_FOUND
            }
            Self::Link(BadLink::Ended(_))
            | Self::Revoked
            | Self::Forgotten(_)
            | Self::NotTheirs => StatusCode::GONE,
            Self::Form | Self::Office | Self::NoLinks => StatusCode::FORBIDDEN,
            Self::Elsewhere => StatusCode::MISDIRECTED_REQUEST,
            Self::NoSuchLink | Self::Desk(DeskError::Rejected(_)) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Desk(DeskError::TooLarge(_)) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Ledger
            | Self::Desk(DeskError::Behind | DeskError::Parked | DeskError::Unavailable(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    fn words(&self, lang: Lang) -> (String, String) {
        match self {
            Self::NotFound | Self::Desk(DeskError::NoSuchJourney) => (
                lang.t("Cette page n’existe pas", "There is no such page"),
                lang.t(
                    "Vérifiez que l’adresse a été copiée en entier.",
                    "Check that the address was copied whole.",
                ),
            ),
            Self::Link(BadLink::Forged) => (
                lang.t("Ce lien n’ouvre rien", "This link opens nothing"),
                lang.t(
                    "Il n’a pas été copié en entier, ou il a été changé. Reprenez-le dans le courrier ou le message d’origine, ou demandez-en un autre à un guichet.",
                    "It was not copied whole, or it was changed. Take it again from the letter or message it came in, or ask for another at a counter.",
                ),
            ),
            Self::Link(BadLink::Ended(day)) => {
                let day = lang.date(*day);
                (
                    lang.t("Ce lien n’est plus valable", "This link has ended"),
                    lang.pick(
                        format!("Il servait jusqu’au {day}. Demandez-en un autre à un guichet. Votre parcours, lui, continue."),
                        format!("It was good until {day}. Ask for another at a counter. Your journey itself goes on."),
                    ),
                )
            }
            Self::Revoked => (
                lang.t("Ce lien a été retiré", "This link was withdrawn"),
                lang.t(
                    "Un agent l’a retiré, par exemple parce qu’il avait été perdu. Demandez-en un autre à un guichet. Votre parcours, lui, continue.",
                    "An agent withdrew it, for instance because it had been lost. Ask for another at a counter. Your journey itself goes on.",
                ),
            ),
            Self::NoSuchLink => (
                lang.t("Ce n’est pas un lien de ce parcours", "This is no link to this journey"),
                lang.t(
                    "Rien n’a été retiré. Revenez à la page du parcours et collez le lien en entier, ou retirez tous les liens.",
                    "Nothing was withdrawn. Go back to the page of the journey and paste the whole link, or withdraw all links.",
                ),
            ),
            Self::NoLinks => (
                lang.t("Vous ne pouvez ni donner ni retirer de liens", "You can neither give nor withdraw links"),
                lang.t(
                    "Qui a un lien agit au nom de la personne : c’est un droit à part, que votre compte n’a pas. Rien n’a été retiré.",
                    "Whoever has a link acts as the person: it is a right of its own, which your account does not have. Nothing was withdrawn.",
                ),
            ),
            Self::Forgotten(_) => (
                lang.t("Ce dossier a été effacé", "This file has been erased"),
                lang.t(
                    "Tout ce que ce parcours savait de la personne a été détruit. Personne ne peut le retrouver, nous non plus.",
                    "All that this journey knew of the person has been destroyed. Nobody can bring it back, we included.",
                ),
            ),
            Self::NotTheirs => (
                lang.t("Ce parcours n’est plus le vôtre", "This journey is not yours any more"),
                lang.t(
                    "Ce qui avait été annoncé a été corrigé, et la personne à qui ce lien était destiné n’en fait plus partie. Si c’est une erreur, dites-le à qui vous a donné ce lien, ou à un guichet.",
                    "What had been announced was corrected, and the person this link was for is not part of it any more. If that is a mistake, tell whoever gave you the link, or a counter.",
                ),
            ),
            Self::Form => (
                lang.t("Ce formulaire n’a pas pu être reconnu", "This form was not recognised"),
                lang.t(
                    "Rien n’a été enregistré. Revenez à la page du parcours, rechargez-la et recommencez.",
                    "Nothing was recorded. Go back to the page of the journey, load it again and try once more.",
                ),
            ),
            Self::Office => (
                lang.t("Ce n’est pas votre service", "This is not your service"),
                lang.t(
                    "Ce parcours, ou cette décision, revient à un autre service que ceux pour lesquels vous travaillez. Rien n’a été enregistré.",
                    "This journey, or this decision, belongs to another service than those you work for. Nothing was recorded.",
                ),
            ),
            Self::Elsewhere => (
                lang.t("Cette page ne s’ouvre que sur la machine où elle tourne", "This page is only for the machine it is on"),
                lang.t(
                    "Elle ne demande à personne de s’identifier : elle ne répond donc qu’à 127.0.0.1 ou à localhost, sans intermédiaire. Pour l’ouvrir à d’autres, lancez-la avec --credentials.",
                    "Nobody is asked who they are here, so it only answers to 127.0.0.1 or localhost, through no proxy. To open it to others, start it with --credentials.",
                ),
            ),
            Self::Desk(DeskError::Rejected(rejection)) => (
                lang.t("Nous n’avons pas pu l’enregistrer", "We could not record this"),
                rejected(lang, rejection),
            ),
            Self::Desk(DeskError::TooLarge(_)) => (
                lang.t("C’est trop long", "This is too long"),
                lang.t(
                    "Rien n’a été enregistré. Raccourcissez votre texte et recommencez.",
                    "Nothing was recorded. Shorten your text and try once more.",
                ),
            ),
            Self::Desk(DeskError::Parked) => (
                lang.t("Ce parcours est arrêté pour vérification", "This journey is stopped for a check"),
                lang.t(
                    "Nous y avons trouvé une anomalie et nous la vérifions. Rien n’est perdu. Si c’est urgent, adressez-vous à un guichet.",
                    "We found something wrong in it and we are checking. Nothing is lost. If it is urgent, ask at a counter.",
                ),
            ),
            Self::Ledger | Self::Desk(DeskError::Behind | DeskError::Unavailable(_)) => (
                lang.t("Le service est indisponible pour le moment", "The service is not available for now"),
                lang.t(
                    "Rien n’est perdu. Attendez une minute, puis rechargez la page.",
                    "Nothing is lost. Wait a minute, then load the page again.",
                ),
            ),
        }
    }

    pub(crate) fn page(&self, lang: Lang) -> Response {
        let (title, text) = self.words(lang);
        let page = match self {
            Self::Forgotten(days) => html(&ErasedPage {
                lang,
                title,
                text,
                days: days.map(|(began, last)| (lang.date(began), lang.date(last))),
            }),
            _ => html(&ProblemPage { lang, title, text }),
        };
        (self.status(), page).into_response()
    }
}

/// Why the domain says no, for whoever filled a form in.
pub(crate) fn rejected(lang: Lang, rejection: &Rejection) -> String {
    match rejection {
        Rejection::InTheFuture(day) => {
            let day = lang.date(*day);
            lang.pick(
                format!("Le {day} n’est pas encore arrivé. Donnez le jour où cela s’est passé."),
                format!("{day} has not come yet. Give the day it happened."),
            )
        }
        Rejection::TooLongAgo(day) => {
            let day = lang.date(*day);
            lang.pick(
                format!("Le {day}, c’est trop ancien pour ce parcours. Donnez le jour où cela s’est passé."),
                format!("{day} is too long ago for this journey. Give the day it happened."),
            )
        }
        Rejection::NotNow { .. } => lang.t(
            "Cette démarche a changé depuis que la page a été affichée. Regardez où elle en est, puis recommencez si besoin.",
            "This step has changed since the page was shown. See where it stands, then try again if need be.",
        ),
        Rejection::NotYours { .. } => lang.t(
            "Vous ne pouvez pas le déclarer ici : l’administration concernée nous le dira.",
            "You cannot declare this here: the administration concerned will tell us.",
        ),
        Rejection::NotYoursToTell { .. } => lang.t(
            "Ce n’est pas une question posée à la personne qui répond : cela découle de l’évènement et de la loi, ou un service le fait savoir.",
            "Nobody asks this of the person who answers: it follows from the event and the law, or a service tells it.",
        ),
        Rejection::WrongType { .. } => lang.t(
            "Cette réponse n’a pas la forme attendue.",
            "This answer does not have the expected form.",
        ),
        Rejection::Retracted => lang.t(
            "L’évènement de ce parcours a été retiré : il n’y a plus rien à y faire.",
            "The life event of this journey was withdrawn: there is nothing left to do in it.",
        ),
        Rejection::NothingToDispute(_) => lang.t(
            "Rien n’est encore connu à ce sujet : donnez plutôt la réponse.",
            "Nothing is known about this yet: give the answer instead.",
        ),
        Rejection::NotStarted
        | Rejection::AlreadyStarted
        | Rejection::NoSuchJourney(_)
        | Rejection::LostDefinition(_)
        | Rejection::NoSuchFact(_)
        | Rejection::WhichOne { .. }
        | Rejection::NoSuchStep(_)
        | Rejection::NoSuchAppeal(_)
        | Rejection::AnswerUnfit { .. }
        | Rejection::NameUsed
        | Rejection::NoHolder(_) => lang.t(
            "Cela ne fait plus partie de votre parcours. Rechargez la page.",
            "This is no longer part of your journey. Load the page again.",
        ),
    }
}
