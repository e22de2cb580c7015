# language: fr
Fonctionnalité: Un déménagement annulé, ou corrigé en route
  Ce qui a été transmis est repris ; ce qui ne s’efface pas demande une démarche inverse. Toutes les personnes sont inventées.
  Code électoral, art. L11 et L16 ; CRPA, art. L123-1.

  Scénario: Le déménagement est annulé : adresses rétablies, aides reprises
    Étant donné l’exemple "large_family" de l’évènement "move"
    Quand l’évènement est publié le 2026-06-05
    Et on répond vrai à la question "main_home" le 2026-06-05
    Et on déclare avoir fait "claim_housing_benefit" le 2026-06-08
    Et on déclare avoir fait "claim_moving_bonus" le 2026-06-20
    Alors la démarche "housing_benefit" est faite
    Et la démarche "moving_bonus" est faite
    Quand l’évènement est retiré le 2026-06-24
    Alors le reçu dit "retracted"
    Et l’opération "caf.close_housing_benefit" est demandée 1 fois
    Et l’opération "caf.reclaim_moving_bonus" est demandée 1 fois
    Et l’opération "caf.restore_address" est demandée 1 fois
    Et l’opération "cpam.restore_address" est demandée 2 fois
    Et l’opération "dgfip.restore_address" est demandée 1 fois
    Et la démarche "moving_bonus" est annulée

  Scénario: Une personne inscrite à France Travail n’a finalement pas déménagé
    Étant donné l’exemple "jobseeker" de l’évènement "move"
    Quand l’évènement est publié le 2026-05-13
    Et nous sommes le 2026-05-14
    Alors la démarche "tell_france_travail" (mover 1) est faite
    Quand l’évènement est retiré le 2026-05-20
    Alors l’opération "france_travail.restore_address" est demandée 1 fois
    Et la démarche "tell_france_travail" (mover 1) est annulée

  Scénario: Déjà inscrit ailleurs : il faut se réinscrire dans l’ancienne commune
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et le service "mairie" annonce "voter_registered" le 2026-01-20 avec
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-01-20    |
    Et l’évènement est corrigé le 2026-01-26 avec
      | new_commune | "38185" |
    Alors la démarche "register_in_old_commune" (mover 1) est à faire
    Et la démarche "electoral_roll" (mover 1) est en cours d'annulation
    Quand on déclare avoir fait "register_in_old_commune" (mover 1) le 2026-02-02
    Alors la démarche "register_in_old_commune" (mover 1) est faite
    Et la démarche "electoral_roll" (mover 1) est annulée

  Scénario: Inscrit ailleurs, alors qu’on n’a pas déménagé : on apprend qu’il faut se réinscrire
    Étant donné l’exemple "large_family" de l’évènement "move"
    Quand l’évènement est publié le 2026-06-05
    Et le service "mairie" annonce "voter_registered" le 2026-06-10 avec
      | person    | commune | registered_on |
      | "p-mehdi" | "59512" | 2026-06-10    |
    Et l’évènement est corrigé le 2026-06-20 avec
      | movers[1].id | "p-lucas" |
    Alors la démarche "register_in_old_commune" (mover 2) est à faire
    Et la démarche "electoral_roll" (mover 2) est en cours d'annulation
    Quand le service "mairie" annonce "voter_registered" le 2026-07-10 avec
      | person    | commune | registered_on |
      | "p-mehdi" | "59350" | 2026-07-10    |
    Alors la démarche "register_in_old_commune" (mover 2) est faite

  Scénario: La deuxième fois, il faut se réinscrire encore
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et le service "mairie" annonce "voter_registered" le 2026-01-20 avec
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-01-20    |
    Et l’évènement est corrigé le 2026-01-26 avec
      | new_commune | "38185" |
    Et on déclare avoir fait "register_in_old_commune" (mover 1) le 2026-02-02
    Et l’évènement est corrigé le 2026-02-03 avec
      | new_commune | "69123" |
    Et le service "mairie" annonce "voter_registered" le 2026-02-10 avec
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-02-10    |
    Alors la démarche "electoral_roll" (mover 1) est faite
    Quand l’évènement est corrigé le 2026-02-12 avec
      | new_commune | "38185" |
    Alors la démarche "register_in_old_commune" (mover 1) est à faire
    Et la démarche "electoral_roll" (mover 1) est en cours d'annulation

  Scénario: La commune était fausse : chaque service reçoit la bonne
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Et l’évènement est corrigé le 2026-01-14 avec
      | new_commune | "69266" |
    Et nous sommes le 2026-01-15
    Alors le reçu dit "corrected"
    Et il y a 1 parcours
    Et l’opération "caf.restore_address" est demandée 1 fois
    Et l’opération "caf.change_address" est demandée 2 fois
    Et l’opération "caf.change_address" est demandée avec
      | commune | "69266" |
    Et l’opération "dgfip.change_address" est demandée avec
      | commune | "69266" |

  Scénario: Un second déménagement pendant le premier : deux parcours, chacun avec ses dates
    Étant donné l’exemple "jobseeker" de l’évènement "move"
    Quand l’évènement est publié le 2026-05-13
    Étant donné l’exemple "jobseeker" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2026-07-10
    Et dans l’évènement, "old_commune" vaut "44109"
    Et dans l’évènement, "new_commune" vaut "35238"
    Quand l’évènement est publié le 2026-07-10
    Alors il y a 2 parcours
    Et la démarche "tell_france_travail" (mover 1) est à faire au plus tard le 2026-08-09
    Et l’opération "france_travail.change_address" est demandée avec
      | commune | "35238" |

  Scénario: La date recule d’un mois : l’aide au logement est rouverte à la bonne date
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2026-02-01
    Quand l’évènement est publié le 2026-02-01
    Et on répond vrai à la question "main_home" le 2026-02-01
    Et on déclare avoir fait "claim_housing_benefit" le 2026-02-03
    Alors la démarche "housing_benefit" compte à partir du 2026-03-01
    Quand l’évènement est corrigé le 2026-02-10 avec
      | moved_on | 2026-01-31 |
    Et nous sommes le 2026-02-11
    Alors la démarche "housing_benefit" compte à partir du 2026-02-01
    Et l’opération "caf.close_housing_benefit" est demandée 1 fois
    Et l’opération "caf.open_housing_benefit" est demandée 2 fois
    Et l’opération "caf.open_housing_benefit" est demandée avec
      | moved_on | 2026-01-31 |
