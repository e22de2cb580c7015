# language: fr
Fonctionnalité: Les droits de la famille
  Ce que la CAF sait déjà n’est pas demandé. Un refus est expliqué et peut être contesté.
  Code de la sécurité sociale, art. L521-1, L531-3 et R142-1-A. Toutes les personnes sont inventées.

  Scénario: La CAF connaît le foyer : rien n’est demandé
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors la question "older_children" n’est pas posée
    Et le fait "dependent_children" est 2
    Et la démarche "child_benefit" compte à partir du 2026-04-01
    Et la valeur "family_benefit_base" est 478.16

  Scénario: La CAF ne connaît pas le foyer : on demande au parent
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-unknown"
    Quand l’évènement est publié le 2026-03-05
    Alors la question "older_children" est posée
    Et le fait "dependent_children" n’est pas connu
    Et la démarche "child_benefit" est en attente
    Quand le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et on répond 1 à la question "older_children" le 2026-03-07
    Alors le fait "dependent_children" est 2
    Et l’opération "caf.open_child_benefit" est demandée 1 fois

  Scénario: Un premier enfant n’ouvre pas les allocations familiales
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-first"
    Quand l’évènement est publié le 2026-03-05
    Alors le fait "dependent_children" est 1
    Et la démarche "child_benefit" est sans objet
    Et la démarche "child_benefit" cite "Code de la sécurité sociale, art. L521-1"

  Scénario: Des ressources au-dessus du plafond
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-wealthy"
    Quand l’évènement est publié le 2026-03-05
    Alors la question "resources_under_ceiling" n’est pas posée
    Et la démarche "base_allowance" (child 1) est sans objet

  Scénario: La CAF refuse, et l’on peut contester
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-refused"
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et nous sommes le 2026-03-07
    Alors la démarche "child_benefit" est refusée
    Et on peut contester "child_benefit" par "prior_appeal" au plus tard le 2026-05-06

  Plan du scénario: Le mois de droit choisit le montant de base
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Alors la démarche "child_benefit" compte à partir du <mois>
    Et la valeur "family_benefit_base" est <base>

    Exemples:
      | né le      | mois       | base   |
      | 2026-02-28 | 2026-03-01 | 474.37 |
      | 2026-03-01 | 2026-04-01 | 478.16 |
      | 2026-03-31 | 2026-04-01 | 478.16 |

  Scénario: Soixante jours pour les impôts
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "tell_tax_office" est à faire au plus tard le 2026-05-03
    Quand le service "dgfip" annonce "family_situation_updated" le 2026-03-20 avec
      | person     | updated_on |
      | "p-claire" | 2026-03-20 |
    Alors la démarche "tell_tax_office" est faite

  Scénario: Les examens de santé de l’enfant
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors la démarche "checkup_8_days" (child 1) est à faire au plus tard le 2026-03-12
    Et la démarche "checkup_9_months" (child 1) peut se faire du 2026-11-04 au 2026-12-04
    Et la démarche "checkup_24_months" (child 1) peut se faire du 2028-02-04 au 2028-04-04
    Quand le service "pmi" annonce "certificate_received" le 2026-03-13 avec
      | child | exam    | received_on |
      | 1     | "day_8" | 2026-03-13  |
    Alors la démarche "checkup_8_days" (child 1) est faite
