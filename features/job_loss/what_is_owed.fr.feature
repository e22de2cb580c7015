# language: fr
Fonctionnalité: Ce qu’un emploi perdu vous laisse
  Ce que l’employeur doit encore, les lettres qui ont une date, et ce que d’autres peuvent payer. Toutes les personnes sont inventées.
  Code du travail, art. L1233-45, L1234-9, L1234-20, L1243-8, L5411-6, R1232-13 et R5411-8 ; code de la sécurité sociale, art. L861-1.

  Plan du scénario: L’indemnité de licenciement, sous les deux lois
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "reason" vaut "<motif>"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "dismissal_notified_on" vaut <procédure>
    Et dans l’évènement, "agreement_signed_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Alors la loi est celle du <loi>
    Et la démarche "severance_pay" est <indemnité>
    Et la démarche "fixed_term_bonus" est <prime>

    Exemples:
      | motif              | fin        | procédure  | loi        | indemnité  | prime      |
      | personal_dismissal | 2026-02-27 | 2025-11-17 | 2025-04-01 | à faire    | sans objet |
      | agreed_termination | 2026-02-27 | 2026-01-05 | 2025-04-01 | à faire    | sans objet |
      | fixed_term_end     | 2026-02-27 | 2026-02-27 | 2025-04-01 | sans objet | à faire    |
      | economic_dismissal | 2024-06-28 | 2024-04-15 | 2023-02-01 | à faire    | sans objet |
      | fixed_term_end     | 2024-06-28 | 2024-06-28 | 2023-02-01 | sans objet | à faire    |

  Plan du scénario: L’employeur a payé
    Étant donné l’exemple "<exemple>" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Alors la démarche "<démarche>" est à faire au plus tard le <fin>
    Quand on déclare avoir fait "<démarche>" le <fin>
    Alors la démarche "<démarche>" est faite

    Exemples:
      | exemple      | démarche         | fin        | procédure  |
      | dismissal    | severance_pay    | 2026-02-27 | 2025-11-17 |
      | dismissal    | severance_pay    | 2024-06-28 | 2024-04-15 |
      | work_unknown | fixed_term_bonus | 2026-03-31 | 2026-03-31 |
      | work_unknown | fixed_term_bonus | 2024-03-29 | 2024-03-29 |

  Plan du scénario: L’employeur n’a pas payé : le conseil de prud’hommes
    Étant donné l’exemple "<exemple>" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et nous sommes le <plus tard>
    Alors la démarche "<démarche>" est en retard
    Et on peut contester "<démarche>" par "labour_court"

    Exemples:
      | exemple      | démarche         | fin        | procédure  | plus tard  |
      | dismissal    | severance_pay    | 2026-02-27 | 2025-11-17 | 2026-02-28 |
      | dismissal    | severance_pay    | 2024-06-28 | 2024-04-15 | 2024-06-29 |
      | work_unknown | fixed_term_bonus | 2026-03-31 | 2026-03-31 | 2026-04-01 |
      | work_unknown | fixed_term_bonus | 2024-03-29 | 2024-03-29 | 2024-03-30 |

  Plan du scénario: Six mois pour contester le solde de tout compte
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Alors la démarche "contest_final_statement" est en attente
    Quand le service "employer" annonce "final_documents_given" le <fin> avec
      | given_on |
      | <fin>    |
    Alors la démarche "contest_final_statement" est à faire au plus tard le <jusqu’au>
    Et on peut contester "contest_final_statement" par "labour_court"
    Quand nous sommes le <jour>
    Et on déclare avoir fait "contest_final_statement" le <jour>
    Alors la démarche "contest_final_statement" est faite

    Exemples:
      | fin        | procédure  | jusqu’au   | jour       |
      | 2026-02-27 | 2025-11-17 | 2026-08-27 | 2026-08-27 |
      | 2024-06-28 | 2024-04-15 | 2024-12-28 | 2024-12-27 |

  Plan du scénario: Après six mois, le solde ne se conteste plus
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et le service "employer" annonce "final_documents_given" le <fin> avec
      | given_on |
      | <fin>    |
    Et nous sommes le <après>
    Alors la démarche "contest_final_statement" est perdue

    Exemples:
      | fin        | procédure  | après      |
      | 2026-02-27 | 2025-11-17 | 2026-08-28 |
      | 2024-06-28 | 2024-04-15 | 2024-12-29 |

  Plan du scénario: Quinze jours pour demander les motifs
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "dismissal_notified_on" vaut <reçue>
    Quand l’évènement est publié le <reçue>
    Alors la démarche "ask_dismissal_reasons" est à faire au plus tard le <jusqu’au>
    Quand on déclare avoir fait "ask_dismissal_reasons" le <jusqu’au>
    Alors la démarche "ask_dismissal_reasons" est faite

    Exemples:
      | fin        | procédure  | reçue      | jusqu’au   |
      | 2026-02-27 | 2025-11-17 | 2025-11-27 | 2025-12-12 |
      | 2024-06-28 | 2024-04-15 | 2024-04-29 | 2024-05-14 |

  Plan du scénario: Après un licenciement économique, un an pour demander la priorité de réembauche
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "csp_offered_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et nous sommes le <jour>
    Alors la démarche "rehire_priority" peut se faire du <dès le> au <jusqu’au>
    Et on peut contester "rehire_priority" par "labour_court"
    Quand on déclare avoir fait "rehire_priority" le <jour>
    Alors la démarche "rehire_priority" est faite

    Exemples:
      | fin        | procédure  | jour       | dès le     | jusqu’au   |
      | 2026-02-27 | 2026-01-05 | 2026-03-16 | 2026-02-28 | 2027-02-27 |
      | 2025-05-31 | 2025-03-20 | 2025-06-16 | 2025-06-01 | 2026-05-31 |

  Plan du scénario: Après cette année, la priorité est perdue
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "csp_offered_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et nous sommes le <après>
    Alors la démarche "rehire_priority" est perdue

    Exemples:
      | fin        | procédure  | après      |
      | 2026-02-27 | 2026-01-05 | 2027-02-28 |
      | 2025-05-31 | 2025-03-20 | 2026-06-01 |

  Plan du scénario: L’employeur n’a pas proposé le CSP : France Travail doit le faire
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "csp_offered_on" n’est pas dit
    Quand l’évènement est publié le <fin>
    Alors la démarche "accept_csp" est sans objet
    Et la démarche "ask_for_csp" est à faire
    Quand on déclare avoir fait "ask_for_csp" le <demandé>
    Alors la démarche "ask_for_csp" est faite

    Exemples:
      | fin        | procédure  | demandé    |
      | 2025-05-31 | 2025-03-20 | 2025-06-02 |
      | 2026-02-27 | 2026-01-05 | 2026-03-02 |

  Plan du scénario: Une nouvelle adresse : trente jours depuis 2025
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "changes[0].kind" vaut "address"
    Et dans l’évènement, "changes[0].happened_on" vaut <déménagé>
    Quand l’évènement est publié le <déménagé>
    Alors la démarche "declare_change" (change 1) est sans objet
    Et la démarche "declare_new_address" (change 1) est à faire au plus tard le <limite>
    Quand nous sommes le <déclaré>
    Alors la démarche "declare_new_address" (change 1) est <état>
    Quand le service "france_travail" annonce "change_declared" le <déclaré> avec
      | kind      | received_on |
      | "address" | <déclaré>   |
    Alors la démarche "declare_new_address" (change 1) est faite

    Exemples:
      | fin        | déménagé   | limite     | déclaré    | état      |
      | 2026-04-12 | 2026-05-18 | 2026-06-17 | 2026-06-10 | à faire   |
      | 2026-04-12 | 2026-05-18 | 2026-06-17 | 2026-06-18 | en retard |
      | 2024-10-11 | 2025-01-02 | 2025-02-01 | 2025-01-20 | à faire   |
      | 2024-10-11 | 2025-01-02 | 2025-02-01 | 2025-02-03 | en retard |

  Plan du scénario: Un changement dit trop tard se conteste devant le médiateur
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "changes[0].kind" vaut "<type>"
    Et dans l’évènement, "changes[0].happened_on" vaut <survenu>
    Quand l’évènement est publié le <survenu>
    Et nous sommes le <après>
    Alors la démarche "<démarche>" (change 1) est en retard
    Et on peut contester "<démarche>" (change 1) par "mediation"

    Exemples:
      | démarche                | type    | fin        | survenu    | après      |
      | declare_change          | illness | 2026-04-12 | 2026-05-18 | 2026-06-16 |
      | declare_new_address     | address | 2026-04-12 | 2026-05-18 | 2026-06-18 |
      | declare_change          | illness | 2024-10-11 | 2025-01-02 | 2025-02-16 |
      | declare_new_address     | address | 2024-10-11 | 2025-01-02 | 2025-02-02 |
      | declare_change_72_hours | address | 2024-04-12 | 2024-05-20 | 2024-05-24 |

  Scénario: Le contrat d’engagement vient après l’inscription
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-02-27
    Alors la démarche "sign_engagement" est en attente
    Quand le service "france_travail" annonce "registered" le 2026-03-02 avec
      | registered_on |
      | 2026-03-02    |
    Alors la démarche "sign_engagement" est à faire
    Quand on déclare avoir fait "sign_engagement" le 2026-03-30
    Alors la démarche "sign_engagement" est faite

  Plan du scénario: Sous les règles de 2023 aussi, pour ceux qui s’inscrivent à partir de 2025
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Alors la loi est celle du 2023-02-01
    Et la démarche "sign_engagement" est <état>

    Exemples:
      | fin        | procédure  | inscrit    | état       |
      | 2024-12-31 | 2024-10-01 | 2025-01-02 | à faire    |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | sans objet |

  Scénario: Sous les règles de 2023, le contrat d’engagement est signé
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Quand l’évènement est publié le 2025-05-31
    Et le service "france_travail" annonce "registered" le 2025-06-02 avec
      | registered_on |
      | 2025-06-02    |
    Et on déclare avoir fait "sign_engagement" le 2025-06-30
    Alors la démarche "sign_engagement" est faite

  Plan du scénario: Les droits à la formation sont gardés, et le prélèvement peut baisser
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Alors la démarche "training_account" est faite
    Et on est prévenu de "training_account"
    Et la démarche "lower_tax_rate" est à faire
    Quand on déclare avoir fait "lower_tax_rate" le <plus tard>
    Alors la démarche "lower_tax_rate" est faite

    Exemples:
      | fin        | procédure  | plus tard  |
      | 2026-02-27 | 2025-11-17 | 2026-03-16 |
      | 2024-06-28 | 2024-04-15 | 2024-07-15 |

  Plan du scénario: Une rupture annulée à temps ne doit rien de tout cela
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "agreement_signed_on" vaut <signée>
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Quand l’évènement est publié le <signée>
    Et on déclare avoir fait "withdraw_agreement" le <rétractée>
    Alors la démarche "severance_pay" est sans objet
    Et la démarche "lower_tax_rate" est sans objet

    Exemples:
      | signée     | fin        | rétractée  |
      | 2026-04-16 | 2026-06-15 | 2026-04-20 |
      | 2024-10-10 | 2024-12-02 | 2024-10-14 |

  Plan du scénario: De faibles ressources : la complémentaire santé solidaire, et le silence sur la prime d’activité
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et l’opération "caf.open_activity_bonus" reste sans réponse
    Quand l’évènement est publié le <fin>
    Et un agent note que le fait "low_income" est vrai le <plus tard>
    Et un agent note que le fait "low_wages" est vrai le <plus tard>
    Alors la démarche "solidarity_health_cover" est à faire
    Et on peut contester "solidarity_health_cover" par "prior_appeal"
    Quand on déclare avoir fait "solidarity_health_cover" le <plus tard>
    Et on déclare avoir fait "claim_activity_bonus" le <plus tard>
    Alors la démarche "solidarity_health_cover" est faite
    Et sans réponse, "activity_bonus" est réputée refusée le <silence>
    Quand nous sommes le <après>
    Alors la démarche "activity_bonus" est réputée refusée

    Exemples:
      | fin        | procédure  | plus tard  | silence    | après      |
      | 2026-02-27 | 2025-11-17 | 2026-03-16 | 2026-05-16 | 2026-05-17 |
      | 2024-06-28 | 2024-04-15 | 2024-07-15 | 2024-09-15 | 2024-09-16 |
