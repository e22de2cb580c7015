# language: fr
Fonctionnalité: Quand un service dit non
  Un refus a un motif et se conteste, devant qui de droit et avant une date. Le silence aussi peut valoir refus.
  Code de la sécurité sociale, art. R142-1-A ; CRPA, art. L231-4. Toutes les personnes sont inventées.

  Plan du scénario: La CAF refuse une aide : commission de recours amiable d’abord, sous deux mois
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le <né le>
    Et le service "mairie" annonce "birth_registered" le <déclaré> avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <déclaré>     |
    Alors la démarche <démarche> est refusée
    Et on doit d’abord contester <démarche> par "prior_appeal" au plus tard le <jusqu’au>
    Et la démarche <démarche> cite "Code de la sécurité sociale"

    Exemples:
      | né le      | déclaré    | operation               | code                    | démarche                   | jusqu’au   |
      | 2019-05-14 | 2019-05-16 | caf.open_child_benefit  | not_resident            | "child_benefit"            | 2019-07-16 |
      | 2019-05-14 | 2019-05-16 | caf.open_child_benefit  | paid_to_other_parent    | "child_benefit"            | 2019-07-16 |
      | 2019-05-14 | 2019-05-16 | caf.open_base_allowance | resources_above_ceiling | "base_allowance" (child 1) | 2019-07-16 |
      | 2019-05-14 | 2019-05-16 | caf.open_base_allowance | not_resident            | "base_allowance" (child 1) | 2019-07-16 |
      | 2026-03-04 | 2026-03-06 | caf.open_child_benefit  | paid_to_other_parent    | "child_benefit"            | 2026-05-06 |
      | 2026-03-04 | 2026-03-06 | caf.open_base_allowance | resources_above_ceiling | "base_allowance" (child 1) | 2026-05-06 |

  Scénario: Le motif du refus se lit
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.open_child_benefit" refuse avec "paid_to_other_parent"
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors le pourquoi de "child_benefit" mentionne "L’autre parent reçoit déjà"

  Scénario: Un refus qui ne dit pas comment contester : le délai ne court pas
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.open_child_benefit" refuse avec "not_resident" sans dire comment contester
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "child_benefit" est refusée
    Et le délai pour contester "child_benefit" par "prior_appeal" ne court pas

  Plan du scénario: La CAF ne répond pas en deux mois : c’est un refus, que l’on peut contester
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "caf.open_child_benefit" reste sans réponse
    Quand l’évènement est publié le <né le>
    Et le service "mairie" annonce "birth_registered" le <déclaré> avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <déclaré>     |
    Alors sans réponse, "child_benefit" est réputée refusée le <silence>
    Quand nous sommes le <lendemain>
    Alors la démarche "child_benefit" est réputée refusée
    Et on doit d’abord contester "child_benefit" par "prior_appeal" au plus tard le <jusqu’au>

    Exemples:
      | né le      | déclaré    | silence    | lendemain  | jusqu’au   |
      | 2019-05-14 | 2019-05-16 | 2019-07-16 | 2019-07-17 | 2019-09-16 |
      | 2026-03-04 | 2026-03-06 | 2026-05-06 | 2026-05-07 | 2026-07-06 |

  Scénario: Le recours aboutit : la CAF ouvre les allocations
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.open_child_benefit" refuse avec "not_resident"
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et on conteste "child_benefit" par "prior_appeal" le 2026-04-02
    Et le service "caf" annonce "child_benefit_opened" le 2026-05-20 avec
      | person     | from       |
      | "p-claire" | 2026-04-01 |
    Alors la démarche "child_benefit" est faite

  Plan du scénario: L’employeur n’enregistre pas le congé
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "employer.record_leave" refuse avec "<code>"
    Quand l’évènement est publié le <né le>
    Et on déclare avoir fait "paternity_leave" (parent 2) le <annoncé>
    Alors la démarche "record_leave" (parent 2) est refusée
    Et le pourquoi de "record_leave" (parent 2) mentionne "<motif>"
    Et l’opération "cpam.open_paternity_allowance" n’est pas demandée

    Exemples:
      | né le      | code             | annoncé    | motif                  |
      | 2019-05-14 | notice_too_short | 2019-05-20 | moins d’un mois        |
      | 2019-05-14 | not_employed     | 2019-05-20 | plus dans l’entreprise |
      | 2026-03-04 | notice_too_short | 2026-03-16 | moins d’un mois        |
      | 2026-03-04 | not_employed     | 2026-03-16 | plus dans l’entreprise |

  Plan du scénario: La CPAM ne verse pas d’indemnités pour le congé
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "cpam.open_paternity_allowance" refuse avec "<code>"
    Quand l’évènement est publié le <né le>
    Et le service "mairie" annonce "birth_registered" le <déclaré> avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <déclaré>     |
    Et on déclare avoir fait "paternity_leave" (parent 2) le <annoncé>
    Alors la démarche "paternity_allowance" (parent 2) est refusée
    Et on doit d’abord contester "paternity_allowance" (parent 2) par "prior_appeal" au plus tard le <jusqu’au>

    Exemples:
      | né le      | déclaré    | code                | annoncé    | jusqu’au   |
      | 2019-05-14 | 2019-05-16 | not_insured         | 2019-05-20 | 2019-07-22 |
      | 2019-05-14 | 2019-05-16 | no_wage_certificate | 2019-05-20 | 2019-07-22 |
      | 2026-03-04 | 2026-03-06 | not_insured         | 2026-03-16 | 2026-05-18 |
      | 2026-03-04 | 2026-03-06 | no_wage_certificate | 2026-03-16 | 2026-05-18 |

  Plan du scénario: Un service ne peut pas enregistrer ce qu’on lui annonce
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le <né le>
    Et le service "mairie" annonce "birth_registered" le <déclaré> avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <déclaré>     |
    Alors la démarche <démarche> est refusée

    Exemples:
      | né le      | déclaré    | operation            | code             | démarche                     |
      | 2019-05-14 | 2019-05-16 | cpam.register_child  | no_birth_record  | "register_at_cpam" (child 1) |
      | 2019-05-14 | 2019-05-16 | cpam.register_child  | unknown_person   | "register_at_cpam" (child 1) |
      | 2019-05-14 | 2019-05-16 | pmi.announce_birth   | other_department | "tell_pmi" (child 1)         |
      | 2019-05-14 | 2019-05-16 | dgfip.announce_birth | unknown_person   | "tell_tax_office"            |
      | 2026-03-04 | 2026-03-06 | cpam.register_child  | unknown_person   | "register_at_cpam" (child 1) |
      | 2026-03-04 | 2026-03-06 | dgfip.announce_birth | unknown_person   | "tell_tax_office"            |

  Scénario: Les impôts ne retrouvent pas la personne : elle peut le faire elle-même
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "dgfip.announce_birth" refuse avec "unknown_person"
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "tell_tax_office" est refusée
    Quand on déclare avoir fait "tell_tax_office" le 2026-03-20
    Alors la démarche "tell_tax_office" est faite

  Plan du scénario: Le tribunal prévenu n’est pas le bon
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "tribunal.announce_late_birth" refuse avec "other_court"
    Quand l’évènement est publié le <né le>
    Et nous sommes le <trop tard>
    Alors la démarche "tell_prosecutor" (child 1) est refusée
    Et la démarche "ask_for_ruling" (child 1) est à faire

    Exemples:
      | né le      | trop tard  |
      | 2019-05-14 | 2019-05-21 |
      | 2026-03-04 | 2026-03-10 |

  Plan du scénario: La mairie ne peut pas enregistrer la naissance
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Et un agent refuse "declare_birth" (child 1) le <né le> au motif "l’enfant est né dans une autre commune"
    Alors la démarche "declare_birth" (child 1) est refusée
    Quand un agent refuse "record_birth" (child 1) le <né le> au motif "l’enfant est né dans une autre commune"
    Alors la démarche "record_birth" (child 1) est refusée
    Et la démarche "register_at_cpam" (child 1) est en attente

    Exemples:
      | né le      |
      | 2019-05-14 |
      | 2026-03-04 |
