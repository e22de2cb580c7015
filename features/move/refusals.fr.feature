# language: fr
Fonctionnalité: Déménager : quand on vous dit non
  Chaque refus a son motif, son recours et sa date. Ce qu’un service ne peut pas enregistrer reste à faire soi-même.
  CCH, art. L825-2 ; code électoral, art. L18 et L20 ; CRPA, art. L123-1. Toutes les personnes sont inventées.

  Plan du scénario: L’aide au logement est refusée : la commission de la CAF d’abord, sous deux mois
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et l’opération "caf.open_housing_benefit" refuse avec "<code>"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "main_home" le 2026-01-12
    Et on déclare avoir fait "claim_housing_benefit" le 2026-01-15
    Alors la démarche "housing_benefit" est refusée
    Et le pourquoi de "housing_benefit" mentionne "<motif>"
    Et on doit d’abord contester "housing_benefit" par "prior_appeal" au plus tard le 2026-03-16

    Exemples:
      | code               | motif               |
      | home_not_decent    | trop petit          |
      | landlord_is_family | l’un de vos parents |

  Plan du scénario: La prime de déménagement est refusée
    Étant donné l’exemple "large_family" de l’évènement "move"
    Et l’opération "caf.pay_moving_bonus" refuse avec "<code>"
    Quand l’évènement est publié le 2026-06-05
    Et on répond vrai à la question "main_home" le 2026-06-05
    Et on déclare avoir fait "claim_housing_benefit" le 2026-06-08
    Et on déclare avoir fait "claim_moving_bonus" le 2026-06-20
    Alors la démarche "moving_bonus" est refusée
    Et on doit d’abord contester "moving_bonus" par "prior_appeal" au plus tard le 2026-08-20

    Exemples:
      | code               |
      | no_invoice         |
      | no_housing_benefit |

  Scénario: Sans aide au logement, pas de prime de déménagement
    Étant donné l’exemple "large_family" de l’évènement "move"
    Et l’opération "caf.open_housing_benefit" refuse avec "resources_too_high"
    Quand l’évènement est publié le 2026-06-05
    Et on répond vrai à la question "main_home" le 2026-06-05
    Et on déclare avoir fait "claim_housing_benefit" le 2026-06-08
    Alors la démarche "housing_benefit" est refusée
    Et la démarche "claim_moving_bonus" est sans objet
    Et la démarche "moving_bonus" est sans objet

  Plan du scénario: Un service ne retrouve pas la personne : elle dit son adresse elle-même
    Étant donné l’exemple "jobseeker" de l’évènement "move"
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le 2026-05-13
    Et nous sommes le 2026-05-14
    Alors la démarche <démarche> est refusée
    Quand on déclare avoir fait <démarche> le 2026-05-15
    Alors la démarche <démarche> est faite

    Exemples:
      | operation                     | code           | démarche                        |
      | caf.change_address            | unknown_person | "tell_caf"                      |
      | cpam.change_address           | unknown_person | "tell_cpam" (mover 1)           |
      | dgfip.change_address          | unknown_person | "tell_tax_office"               |
      | france_travail.change_address | not_registered | "tell_france_travail" (mover 1) |

  Scénario: La mairie refuse l’inscription électorale : cinq jours pour écrire à la commission
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Et un agent refuse "electoral_roll" (mover 1) le 2026-01-20 au motif "le justificatif de domicile est trop ancien"
    Alors la démarche "electoral_roll" (mover 1) est refusée
    Et le pourquoi de "electoral_roll" (mover 1) mentionne "le justificatif de domicile est trop ancien"
    Et on doit d’abord contester "electoral_roll" (mover 1) par "prior_appeal" au plus tard le 2026-01-25
    Quand on conteste "electoral_roll" (mover 1) par "prior_appeal" le 2026-01-22
    Et un agent accepte "electoral_roll" (mover 1) le 2026-02-03
    Alors la démarche "electoral_roll" (mover 1) est faite

  Scénario: Le dépôt n’est pas rendu : conciliation d’abord, puis le juge, pendant trois ans
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-02-02
    Et on déclare avoir fait "tell_landlord_address" le 2026-02-02
    Et on répond vrai à la question "inventory_matches" le 2026-02-02
    Et nous sommes le 2026-03-02
    Alors la démarche "deposit_back" est en retard
    Et on doit d’abord contester "deposit_back" par "mediation" au plus tard le 2029-01-30
    Et on peut contester "deposit_back" par "judicial_court" au plus tard le 2029-01-30

  Scénario: La mairie a oublié une inscription tardive : le tribunal, jusqu’au jour du scrutin
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "next_ballot_on" vaut 2026-03-15
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-02-09
    Et on répond "transfer" à la question "late_voter_ground" (mover 1) le 2026-02-09
    Alors on peut contester "late_electoral_roll" (mover 1) par "judicial_court" au plus tard le 2026-03-15

  Scénario: En 2020 aussi, un refus se contestait en cinq jours
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2020-01-10
    Et dans l’évènement, "next_ballot_on" vaut 2020-03-15
    Quand l’évènement est publié le 2020-01-10
    Et un agent refuse "electoral_roll_2020" (mover 1) le 2020-01-16 au motif "vous n’habitez pas la commune"
    Alors la démarche "electoral_roll_2020" (mover 1) est refusée
    Et on doit d’abord contester "electoral_roll_2020" (mover 1) par "prior_appeal" au plus tard le 2020-01-21

  Plan du scénario: Ce qu’aucun service ne sait est demandé à la personne
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "vehicles[0].holding" n’est pas dit
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Alors la question <question> est posée
    Et la démarche <démarche> est en attente
    Quand on répond <réponse> à la question <question> le 2026-01-14
    Alors la démarche <démarche> est <état>

    Exemples:
      | operation                  | code            | question              | démarche                        | réponse  | état       |
      | france_titres.read_vehicle | unknown_vehicle | "holding" (vehicle 1) | "vehicle_address" (vehicle 1)   | "owned"  | à faire    |
      | france_titres.read_vehicle | unknown_vehicle | "holding" (vehicle 1) | "tell_lessor" (vehicle 1)       | "leased" | à faire    |
      | insee.read_voter           | unknown_person  | "may_vote" (mover 2)  | "electoral_roll" (mover 2)      | vrai     | à faire    |
      | insee.read_voter           | unknown_person  | "may_vote" (mover 2)  | "electoral_roll" (mover 2)      | faux     | sans objet |
      | france_travail.read_status | unknown_person  | "jobseeker" (mover 1) | "tell_france_travail" (mover 1) | faux     | sans objet |

  Scénario: Rester dans sa commune sans que l’Insee sache si l’on vote
    Étant donné l’exemple "same_commune" de l’évènement "move"
    Et l’opération "insee.read_voter" refuse avec "unknown_person"
    Quand l’évènement est publié le 2026-03-31
    Et nous sommes le 2026-04-01
    Alors la démarche "polling_station" (mover 1) est en attente
    Quand on répond vrai à la question "may_vote" (mover 1) le 2026-04-02
    Et le service "mairie" annonce "voter_address_recorded" le 2026-04-20 avec
      | person    | recorded_on |
      | "p-denis" | 2026-04-20  |
    Alors la démarche "polling_station" (mover 1) est faite
