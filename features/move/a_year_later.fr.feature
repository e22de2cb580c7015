# language: fr
Fonctionnalité: Un déménagement, du préavis à l’année suivante
  Les démarches s’étalent sur des mois : certaines avant le départ, d’autres longtemps après. Toutes les personnes sont inventées.
  Loi du 6 juillet 1989, art. 7, 15 et 22 ; code des assurances, art. L113-16.

  Scénario: Une année où tout se fait dans les temps
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "next_ballot_on" vaut 2026-03-15
    Quand l’évènement est publié le 2025-10-01
    Et on répond "none" à la question "notice_ground" le 2025-10-02
    Et le service "landlord" annonce "notice_received" le 2025-10-15 avec
      | received_on |
      | 2025-10-15  |
    Alors la démarche "give_notice" est faite
    Quand nous sommes le 2026-01-12
    Et le service "insurer" annonce "home_insured" le 2026-01-12 avec
      | insured_from |
      | 2026-01-12   |
    Et on répond vrai à la question "main_home" le 2026-01-12
    Et on répond vrai à la question "changes_school" (child 1) le 2026-01-12
    Et on répond faux à la question "changes_school" (child 2) le 2026-01-12
    Et on répond vrai à la question "has_residence_permit" (mover 2) le 2026-01-12
    Et on répond faux à la question "has_residence_permit" (mover 1) le 2026-01-12
    Alors la démarche "insure_new_home" est faite
    Et la démarche "change_school" (child 1) est à faire
    Et la démarche "change_school" (child 2) est sans objet
    Et la démarche "permit_address" (mover 1) est sans objet
    Quand on déclare avoir fait "claim_housing_benefit" le 2026-01-14
    Et le service "school" annonce "pupil_admitted" le 2026-01-19 avec
      | child | admitted_on |
      | 1     | 2026-01-19  |
    Et on déclare avoir fait "tell_landlord_address" le 2026-01-30
    Et on répond vrai à la question "inventory_matches" le 2026-01-30
    Et on déclare avoir fait "tell_lessor" (vehicle 2) le 2026-02-02
    Et le service "mairie" annonce "voter_registered" le 2026-02-03 avec
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-02-03    |
    Et le service "insee" annonce "old_registration_removed" le 2026-02-05 avec
      | person    | commune | removed_on |
      | "p-amina" | "38185" | 2026-02-05 |
    Alors la démarche "change_school" (child 1) est faite
    Et la démarche "electoral_roll" (mover 1) est faite
    Et la démarche "electoral_roll" (mover 2) est à faire
    Et la démarche "old_registration_removed" (mover 1) est faite
    Et la démarche "old_registration_removed" (mover 2) est en attente
    Et la démarche "housing_benefit" compte à partir du 2026-02-01
    Quand le service "landlord" annonce "deposit_returned" le 2026-02-27 avec
      | returned_on |
      | 2026-02-27  |
    Et le service "insurer" annonce "contract_ended" le 2026-03-10 avec
      | ended_on   |
      | 2026-03-10 |
    Et le service "prefecture" annonce "permit_address_changed" le 2026-04-02 avec
      | person     | changed_on |
      | "p-julien" | 2026-04-02 |
    Alors la démarche "deposit_back" est faite
    Et la démarche "end_old_insurance" est faite
    Et la démarche "end_old_insurance" compte à partir du 2026-04-10
    Et la démarche "permit_address" (mover 2) est faite

  Scénario: Une année où l’on ne fait rien : ce que cela coûte
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "next_ballot_on" vaut 2026-03-15
    Quand l’évènement est publié le 2025-10-01
    Et on répond "none" à la question "notice_ground" le 2025-10-02
    Et nous sommes le 2025-11-01
    Alors la démarche "give_notice" est en retard
    Quand on répond vrai à la question "has_residence_permit" (mover 2) le 2026-01-12
    Et nous sommes le 2026-01-13
    Alors la démarche "insure_new_home" est en retard
    Quand nous sommes le 2026-02-13
    Alors la démarche "vehicle_address" (vehicle 1) est en retard
    Et la démarche "electoral_roll" (mover 1) est en retard
    Quand nous sommes le 2026-04-13
    Alors la démarche "permit_address" (mover 2) est en retard
    Et la démarche "end_old_insurance" est perdue
    Quand nous sommes le 2027-01-12
    Alors la démarche "vehicle_address" (vehicle 1) est en retard
    Et le parcours continue

  Scénario: On ne sait pas qui occupait le logement : les démarches attendent
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "old_tenure" n’est pas dit
    Et dans l’évènement, "new_tenure" n’est pas dit
    Quand l’évènement est publié le 2026-01-12
    Alors la question "old_tenure" est posée
    Et la question "new_tenure" est posée
    Et la démarche "give_notice" est en attente
    Et la démarche "tell_landlord_address" est en attente
    Et la démarche "deposit_back" est en attente
    Et la démarche "insure_new_home" est en attente
    Et la démarche "claim_housing_benefit" est en attente
    Quand on répond "owner" à la question "old_tenure" le 2026-01-13
    Et on répond "owner" à la question "new_tenure" le 2026-01-13
    Alors la démarche "give_notice" est sans objet
    Et la démarche "deposit_back" est sans objet
    Et la démarche "insure_new_home" est sans objet
    Et la démarche "claim_housing_benefit" est sans objet
    Et la démarche "housing_benefit" est sans objet

  Scénario: Une famille nombreuse dont on ne sait pas si elle loue
    Étant donné l’exemple "large_family" de l’évènement "move"
    Et dans l’évènement, "new_tenure" n’est pas dit
    Quand l’évènement est publié le 2026-06-05
    Alors la démarche "claim_moving_bonus" est en attente
    Quand on répond "tenant" à la question "new_tenure" le 2026-06-08
    Alors la démarche "claim_moving_bonus" est à faire au plus tard le 2026-12-05

  Scénario: Une mutation permet de s’inscrire jusqu’au dixième jour avant le scrutin
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "next_ballot_on" vaut 2026-03-15
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-02-09
    Et on répond "transfer" à la question "late_voter_ground" (mover 1) le 2026-02-09
    Et on déclare avoir fait "late_electoral_roll" (mover 1) le 2026-03-05
    Alors la démarche "late_electoral_roll" (mover 1) est faite

  Scénario: En 2020, s’inscrire à temps, ou trop tard
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2020-01-10
    Et dans l’évènement, "next_ballot_on" vaut 2020-03-15
    Quand l’évènement est publié le 2020-01-10
    Et le service "mairie" annonce "voter_registered" le 2020-02-07 avec
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2020-02-07    |
    Et nous sommes le 2020-02-08
    Alors la démarche "electoral_roll_2020" (mover 1) est faite
    Et la démarche "electoral_roll_2020" (mover 2) est en retard

  Scénario: En 2020, l’Insee ne savait pas si la personne votait
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2020-01-10
    Et dans l’évènement, "next_ballot_on" vaut 2020-03-15
    Et l’opération "insee.read_voter" refuse avec "unknown_person"
    Quand l’évènement est publié le 2020-01-10
    Alors la question "may_vote" (mover 1) est posée
    Et la démarche "electoral_roll_2020" (mover 1) est en attente
