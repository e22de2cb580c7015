# language: en
Feature: Losing a job: refusals, silence and appeals
  Each refusal is contested before the right body, in the order that the law imposes. All the people are invented.
  Code de justice administrative, art. L213-11; code de l’action sociale et des familles, art. L262-47; CRPA, art. L231-4.

  Scenario Outline: France Travail refuses the benefit: the judicial court, within two years
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And the operation "france_travail.open_allowance" refuses with "<code>"
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    Then the law is that of <law>
    And the step "unemployment_benefit" is refused
    And "unemployment_benefit" can be contested by "judicial_court" by <by>
    And the step "keep_health_cover" is not applicable

    Examples:
      | ends       | started    | registered | code                | law        | by         |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | not_enough_work     | 2025-04-01 | 2028-03-02 |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | voluntary_departure | 2025-04-01 | 2028-03-02 |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | registered_too_late | 2025-04-01 | 2028-03-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | not_enough_work     | 2023-02-01 | 2026-07-01 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | voluntary_departure | 2023-02-01 | 2026-07-01 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | registered_too_late | 2023-02-01 | 2026-07-01 |

  Scenario Outline: The RSA is refused: the president of the département council first
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "workers[0].id" is "p-poor"
    And the operation "caf.open_income_support" refuses with "<code>"
    When the event is published on <ends>
    And "claim_income_support" is declared done on <claimed>
    Then the step "income_support" is refused
    And "income_support" must first be contested by "prior_appeal" by <by>

    Examples:
      | ends       | started    | claimed    | code               | by         |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | resources_too_high | 2026-05-04 |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | too_young          | 2026-05-04 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | resources_too_high | 2024-09-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | too_young          | 2024-09-02 |

  Scenario Outline: The CAF keeps silent for two months about the RSA: that is a refusal
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "workers[0].id" is "p-poor"
    And the operation "caf.open_income_support" stays silent
    When the event is published on <ends>
    And "claim_income_support" is declared done on <claimed>
    Then without an answer, "income_support" is deemed refused on <deemed>
    When it is <day after>
    Then the step "income_support" is deemed refused
    And "income_support" must first be contested by "prior_appeal" by <by>

    Examples:
      | ends       | started    | claimed    | deemed     | day after  | by         |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-05-02 | 2026-05-03 | 2026-07-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-09-01 | 2024-09-02 | 2024-11-04 |

  Scenario Outline: The activity bonus is refused
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "workers[0].id" is "p-part-time"
    And the operation "caf.open_activity_bonus" refuses with "resources_out_of_range"
    When the event is published on <ends>
    Then the step "claim_income_support" is not applicable
    When "claim_activity_bonus" is declared done on <claimed>
    Then the step "activity_bonus" is refused
    And "activity_bonus" must first be contested by "prior_appeal" by <by>

    Examples:
      | ends       | started    | claimed    | by         |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-05-04 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-09-02 |

  Scenario Outline: The ASS is refused: mediation before any court
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "workers[0].id" is "p-used-up"
    And the operation "france_travail.open_solidarity_allowance" refuses with "<code>"
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And "claim_solidarity_allowance" is declared done on <registered>
    Then the step "solidarity_allowance" is refused
    And "solidarity_allowance" must first be contested by "mediation" by <by>

    Examples:
      | ends       | started    | registered | code                 | by         |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | not_enough_past_work | 2026-05-04 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | not_enough_past_work | 2024-09-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | resources_too_high   | 2024-09-02 |

  Scenario: The letter of refusal does not mention mediation: time does not run
    Given the example "dismissal" of the event "job_loss"
    And in the event, "workers[0].id" is "p-used-up"
    And the operation "france_travail.open_solidarity_allowance" refuses with "resources_too_high" without saying how to contest
    When the event is published on 2026-02-27
    And the service "france_travail" announces "registered" on 2026-03-02 with
      | registered_on |
      | 2026-03-02    |
    And "claim_solidarity_allowance" is declared done on 2026-03-10
    Then the step "solidarity_allowance" is refused
    And the time to contest "solidarity_allowance" by "mediation" does not run

  Scenario Outline: The CAF cannot find the household, who writes to it
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And the operation "caf.record_job_loss" refuses with "unknown_person"
    When the event is published on <ends>
    And it is <after>
    Then the step "tell_caf" is refused
    When "tell_caf" is declared done on <after>
    Then the step "tell_caf" is done

    Examples:
      | ends       | started    | after      |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 |

  Scenario Outline: A service does not know: the person is asked
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is not said
    And the operation "<operation>" refuses with "<code>"
    When the event is published on <ends>
    And it is <after>
    Then the question <question> is asked

    Examples:
      | ends       | after      | operation                       | code           | question            |
      | 2026-02-27 | 2026-02-28 | france_travail.read_certificate | no_certificate | "affiliation_hours" |
      | 2026-02-27 | 2026-02-28 | france_travail.read_certificate | no_certificate | "seasonal_only"     |
      | 2026-02-27 | 2026-02-28 | employer.read_cover             | not_employed   | "company_cover"     |
      | 2026-02-27 | 2026-02-28 | caf.estimate_support            | unknown_person | "low_income"        |
      | 2026-02-27 | 2026-02-28 | caf.estimate_support            | unknown_person | "low_wages"         |
      | 2026-02-27 | 2026-02-28 | france_travail.read_claim       | unknown_person | "benefit_used_up"   |
      | 2024-06-28 | 2024-06-29 | france_travail.read_certificate | no_certificate | "affiliation_days"  |
      | 2024-06-28 | 2024-06-29 | france_travail.read_certificate | no_certificate | "affiliation_hours" |
      | 2024-06-28 | 2024-06-29 | employer.read_cover             | not_employed   | "company_cover"     |
      | 2024-06-28 | 2024-06-29 | caf.estimate_support            | unknown_person | "low_income"        |
      | 2024-06-28 | 2024-06-29 | caf.estimate_support            | unknown_person | "low_wages"         |
      | 2024-06-28 | 2024-06-29 | france_travail.read_claim       | unknown_person | "benefit_used_up"   |

  Scenario Outline: Once registered, what France Travail does not know is asked
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "workers[0].id" is "<person>"
    And the operation "<operation>" refuses with "<code>"
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And it is <after>
    Then the question <question> is asked

    Examples:
      | ends       | person | registered | after      | operation                       | code           | question             |
      | 2024-06-20 | p-theo | 2024-06-24 | 2024-06-25 | france_travail.read_payment     | no_claim       | "first_paid_on"      |
      | 2024-06-20 | p-theo | 2024-06-24 | 2024-06-25 | france_travail.read_payment     | no_claim       | "paid_days"          |
      | 2024-06-20 | p-theo | 2024-06-24 | 2024-06-25 | france_travail.read_claim       | unknown_person | "waited_already"     |
      | 2024-06-20 | p-theo | 2024-06-24 | 2024-06-25 | france_travail.read_claim       | unknown_person | "five_years_of_work" |
      | 2026-04-10 | p-theo | 2026-04-13 | 2026-04-14 | france_travail.read_claim       | unknown_person | "waited_already"     |
      | 2026-04-10 | p-theo | 2026-04-13 | 2026-04-14 | france_travail.read_certificate | no_certificate | "paid_leave_days"    |
      | 2026-04-10 | p-theo | 2026-04-13 | 2026-04-14 | france_travail.read_certificate | no_certificate | "specific_days"      |

  Scenario Outline: An adviser refuses to extend the time to register
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    And it is <too late>
    Then the step "register" is overdue
    When an agent refuses "extend_registration_time" on <too late> because "a lawsuit in progress does not make it longer"
    Then the step "extend_registration_time" is refused
    And the step "unemployment_benefit" is not applicable

    Examples:
      | ends       | started    | too late   |
      | 2025-09-28 | 2025-06-10 | 2026-09-29 |
      | 2023-09-28 | 2023-06-12 | 2024-09-30 |
