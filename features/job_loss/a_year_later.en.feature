# language: en
Feature: A year without a job
  Registering, updating, reporting changes, contesting in time. All the people are invented.
  Code du travail, art. L1471-1, L5411-2 and R5411-7; code de la sécurité sociale, art. L911-8.

  Scenario Outline: A year in which everything is done in time
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "dismissal_notified_on" is <notified>
    When the event is published on <ends>
    And the service "employer" announces "final_documents_given" on <ends> with
      | given_on |
      | <ends>   |
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And the service "insurer" announces "cover_continued" on <covered> with
      | until     |
      | <covered> |
    And the service "france_travail" announces "monthly_update_received" on <update> with
      | month     | received_on |
      | "<month>" | <update>    |
    And the service "prud_hommes" announces "claim_filed" on <filed> with
      | filed_on |
      | <filed>  |
    Then the law is that of <law>
    And the step "employer_documents" is done
    And the step "register" is done
    And the step "unemployment_benefit" is done
    And the step "keep_health_cover" is done
    And the step "monthly_update" is done
    And the step "contest_dismissal" is done
    And the step "thirty_day_months" is <thirty>

    Examples:
      | ends       | started    | notified   | registered | covered    | month   | update     | filed      | law        | thirty  |
      | 2026-02-27 | 2025-11-17 | 2025-11-27 | 2026-03-02 | 2026-03-12 | 2026-03 | 2026-04-02 | 2026-11-20 | 2025-04-01 | done    |
      | 2023-06-30 | 2023-04-17 | 2023-04-28 | 2023-07-03 | 2023-07-12 | 2023-07 | 2023-08-02 | 2024-04-26 | 2023-02-01 | waiting |

  Scenario Outline: A year in which the dates are left to pass
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "dismissal_notified_on" is <notified>
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And it is <month later>
    Then the step "employer_documents" is overdue
    And "employer_documents" can be contested by "labour_court"
    And the step "monthly_update" is overdue
    And "monthly_update" can be contested by "mediation"
    And the step "monthly_update" cites "Code du travail, art. L5411-2"
    When it is <year later>
    Then the step "contest_dismissal" is lapsed

    Examples:
      | ends       | started    | notified   | registered | month later | year later |
      | 2026-02-27 | 2025-11-17 | 2025-11-27 | 2026-03-02 | 2026-04-16  | 2026-11-28 |
      | 2023-06-30 | 2023-04-17 | 2023-04-28 | 2023-07-03 | 2023-08-16  | 2024-04-30 |

  Scenario Outline: A change reported in time, another too late: 72 hours until 2024, the next monthly update since
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "changes[0].happened_on" is <happened>
    When the event is published on <happened>
    Then the step "<step>" (change 1) is due by <due>
    When it is <declared>
    Then the step "<step>" (change 1) is <state>
    When the service "france_travail" announces "change_declared" on <declared> with
      | kind      | received_on |
      | "new_job" | <declared>  |
    Then the step "<step>" (change 1) is done

    Examples:
      | step                    | ends       | happened   | due        | declared   | state      |
      | declare_change          | 2026-04-12 | 2026-05-18 | 2026-06-15 | 2026-05-20 | to be done |
      | declare_change          | 2026-04-12 | 2026-05-18 | 2026-06-15 | 2026-06-16 | overdue    |
      | declare_change_72_hours | 2024-04-12 | 2024-05-20 | 2024-05-23 | 2024-05-22 | to be done |
      | declare_change_72_hours | 2024-04-12 | 2024-05-20 | 2024-05-23 | 2024-05-30 | overdue    |
      | declare_change_72_hours | 2024-10-11 | 2024-12-31 | 2025-01-03 | 2025-01-02 | to be done |
      | declare_change          | 2024-10-11 | 2025-01-01 | 2025-02-15 | 2025-02-17 | overdue    |
      | declare_change          | 2024-10-11 | 2025-01-02 | 2025-02-15 | 2025-01-20 | to be done |

  Scenario Outline: From unemployment benefit to the ASS, then to the RSA and the activity bonus
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "workers[0].id" is "p-used-up"
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And "claim_solidarity_allowance" is declared done on <registered>
    Then the step "solidarity_allowance" is done
    When an agent records that the fact "low_income" is true on <later>
    And an agent records that the fact "low_wages" is true on <later>
    And "claim_income_support" is declared done on <later>
    And "claim_activity_bonus" is declared done on <later>
    Then the step "income_support" is done
    And the step "income_support" counts from <month>
    And the step "activity_bonus" is done

    Examples:
      | ends       | started    | registered | later      | month      |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-03-16 | 2026-03-01 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-07-15 | 2024-07-01 |

  Scenario Outline: Illness makes the time longer: an adviser grants it
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    And it is <too late>
    And an agent accepts "extend_registration_time" on <too late>
    And the service "france_travail" announces "registered" on <too late> with
      | registered_on |
      | <too late>    |
    Then the step "extend_registration_time" is done
    And the step "unemployment_benefit" is done

    Examples:
      | ends       | started    | too late   |
      | 2025-09-28 | 2025-06-10 | 2026-09-30 |
      | 2023-09-28 | 2023-06-12 | 2024-09-30 |

  Scenario Outline: Nobody has lost a job: all that was opened is closed
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "workers[0].id" is "p-used-up"
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And "claim_solidarity_allowance" is declared done on <registered>
    And an agent records that the fact "low_income" is true on <later>
    And an agent records that the fact "low_wages" is true on <later>
    And "claim_income_support" is declared done on <later>
    And "claim_activity_bonus" is declared done on <later>
    And the event is retracted on <retracted>
    Then the receipt says "retracted"
    And the operation "france_travail.close_allowance" is requested 1 time
    And the operation "france_travail.close_solidarity_allowance" is requested 1 time
    And the operation "caf.close_income_support" is requested 1 time
    And the operation "caf.close_activity_bonus" is requested 1 time
    And the operation "caf.erase_job_loss" is requested 1 time

    Examples:
      | ends       | started    | registered | later      | retracted  |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-03-16 | 2026-03-23 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-07-15 | 2024-07-22 |

  Scenario: The dismissal is annulled after payment: an adviser looks at what was overpaid
    Given the example "dismissal" of the event "job_loss"
    And in the event, "workers[0].id" is "p-already-paid"
    When the event is published on 2026-02-27
    And the service "france_travail" announces "registered" on 2026-03-02 with
      | registered_on |
      | 2026-03-02    |
    And it is 2026-03-03
    Then the step "unemployment_benefit" is done
    When the event is retracted on 2026-06-15
    Then the step "unemployment_benefit" is an incident
    When an agent accepts "unemployment_benefit" on 2026-06-22
    Then the step "unemployment_benefit" is cancelled
