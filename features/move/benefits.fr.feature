# language: fr
Fonctionnalité: Les aides de la CAF pour le nouveau logement
  Le mois du déménagement et le mois de la demande comptent. Toutes les personnes sont inventées.

  Plan du scénario: L’aide au logement autour d’une fin de mois
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut <emménagé le>
    Quand l’évènement est publié le <emménagé le>
    Et on répond vrai à la question "main_home" le <emménagé le>
    Et on déclare avoir fait "claim_housing_benefit" le <demandée le>
    Alors la démarche "housing_benefit" compte à partir du <due le>

    Exemples:
      | emménagé le | demandée le | due le     | pourquoi                         |
      | 2026-01-31  | 2026-01-31  | 2026-02-01 | le mois d’après                  |
      | 2026-01-31  | 2026-02-28  | 2026-02-01 | demandée dans le mois d’après    |
      | 2026-01-31  | 2026-03-01  | 2026-03-01 | un mois perdu                    |
      | 2026-02-01  | 2026-02-02  | 2026-03-01 | un jour plus tard, un mois après |

  Plan du scénario: Une aide reçue dans l’ancien logement ne s’interrompt pas
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "movers[0].id" vaut "p-housed"
    Et dans l’évènement, "moved_on" vaut <emménagé le>
    Quand l’évènement est publié le <emménagé le>
    Et on répond vrai à la question "main_home" le <emménagé le>
    Alors la démarche "claim_housing_benefit" est à faire au plus tard le <limite>
    Et la question "had_housing_benefit" n’est pas posée
    Quand on déclare avoir fait "claim_housing_benefit" le <demandée le>
    Alors la démarche "housing_benefit" compte à partir du <due le>

    Exemples:
      | emménagé le | limite     | demandée le | due le     | pourquoi                |
      | 2026-01-12  | 2026-01-31 | 2026-01-31  | 2026-01-01 | le mois du déménagement |
      | 2026-01-12  | 2026-01-31 | 2026-02-01  | 2026-02-01 | demandée un mois après  |
      | 2026-01-31  | 2026-01-31 | 2026-01-31  | 2026-01-01 | le dernier jour du mois |

  Scénario: La CAF ne connaît pas le foyer : on demande s’il recevait une aide d’une autre caisse
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "movers[0].id" vaut "p-unknown"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "main_home" le 2026-01-12
    Alors la question "had_housing_benefit" est posée
    Quand on répond vrai à la question "had_housing_benefit" le 2026-01-13
    Alors la démarche "claim_housing_benefit" est à faire au plus tard le 2026-01-31

  Scénario: Après la fin du mois suivant, chaque mois est perdu
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "main_home" le 2026-01-12
    Alors la démarche "claim_housing_benefit" est à faire au plus tard le 2026-02-28
    Quand nous sommes le 2026-03-01
    Alors la démarche "claim_housing_benefit" est en retard

  Scénario: La date du déménagement est corrigée et passe dans le mois suivant
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2026-01-31
    Quand l’évènement est publié le 2026-01-31
    Et on répond vrai à la question "main_home" le 2026-01-31
    Et on déclare avoir fait "claim_housing_benefit" le 2026-01-31
    Alors la démarche "housing_benefit" compte à partir du 2026-02-01
    Quand l’évènement est corrigé le 2026-02-02 avec
      | moved_on | 2026-02-01 |
    Alors la démarche "housing_benefit" compte à partir du 2026-03-01
    Et la démarche "claim_housing_benefit" est faite

  Scénario: La CAF refuse, et l’on conteste d’abord devant elle
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "movers[0].id" vaut "p-wealthy"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "main_home" le 2026-01-12
    Et on déclare avoir fait "claim_housing_benefit" le 2026-01-15
    Et nous sommes le 2026-01-16
    Alors la démarche "housing_benefit" est refusée
    Et on doit d’abord contester "housing_benefit" par "prior_appeal" au plus tard le 2026-03-16

  Scénario: La CAF se tait : c’est un refus
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "movers[0].id" vaut "p-silent"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "main_home" le 2026-01-12
    Et on déclare avoir fait "claim_housing_benefit" le 2026-01-15
    Et nous sommes le 2026-03-16
    Alors la démarche "housing_benefit" est réputée refusée

  Scénario: La CAF demande une pièce : le délai qui vaut refus est suspendu jusqu’à son arrivée
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "movers[0].id" vaut "p-silent"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "main_home" le 2026-01-12
    Et on déclare avoir fait "claim_housing_benefit" le 2026-01-15
    Alors sans réponse, "housing_benefit" est réputée refusée le 2026-03-15
    Quand un agent demande "avis d’imposition" pour "housing_benefit" le 2026-01-20, au plus tard le 2026-02-04
    Alors le délai de réponse de "housing_benefit" ne court pas : il manque "avis d’imposition"
    Et sans réponse, "housing_benefit" est réputée refusée le 2026-03-31
    Quand un agent a le dossier complet pour "housing_benefit" le 2026-01-30
    Alors sans réponse, "housing_benefit" est réputée refusée le 2026-03-25
    Quand nous sommes le 2026-03-26
    Alors la démarche "housing_benefit" est réputée refusée

  Plan du scénario: La prime de déménagement s’ouvre après le troisième mois de grossesse
    Étant donné l’exemple "large_family" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut <emménagé le>
    Quand l’évènement est publié le <emménagé le>
    Alors la date "moving_bonus_from" tombe le 2026-06-01
    Et la démarche "claim_moving_bonus" peut se faire du <emménagé le> au <jusqu’au>

    Exemples:
      | emménagé le | jusqu’au   |
      | 2026-06-01  | 2026-12-01 |
      | 2026-06-05  | 2026-12-05 |

  Scénario: La veille, il est trop tôt
    Étant donné l’exemple "large_family" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2026-05-31
    Quand l’évènement est publié le 2026-05-31
    Alors la démarche "claim_moving_bonus" est sans objet

  Scénario: Six mois passent, la prime est perdue
    Étant donné l’exemple "large_family" de l’évènement "move"
    Quand l’évènement est publié le 2026-06-05
    Et nous sommes le 2026-12-06
    Alors la démarche "claim_moving_bonus" est perdue

  Scénario: Deux enfants ne suffisent pas
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Alors la démarche "claim_moving_bonus" est sans objet
