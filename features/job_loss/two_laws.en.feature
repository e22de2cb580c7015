# language: en
Feature: On either side of 1 April 2025
  It takes two dates to change rules: the end of the contract and the start of the dismissal.
  Unemployment insurance agreement of 15 November 2024. All the people are invented.

  Scenario Outline: The end of the contract and the start of the dismissal decide together
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    Then the law is that of <law>
    And the value "first_age_band" is <age>
    And the fact "paid_days_at_most" is <days>

    Examples:
      | ends       | started    | law        | age | days |
      | 2025-03-31 | 2025-01-15 | 2023-02-01 | 53  | 685  |
      | 2025-04-01 | 2025-03-31 | 2023-02-01 | 53  | 685  |
      | 2025-05-31 | 2025-03-20 | 2023-02-01 | 53  | 685  |
      | 2025-04-01 | 2025-04-01 | 2025-04-01 | 55  | 548  |
      | 2025-05-31 | 2025-04-02 | 2025-04-01 | 55  | 548  |

  Scenario Outline: Age is counted at the end of the contract
    Given the example "dismissal" of the event "job_loss"
    And in the event, "workers[0].born_on" is <born>
    When the event is published on 2026-02-27
    Then the fact "paid_days_at_most" is <days>

    Examples:
      | born       | days |
      | 1971-02-28 | 548  |
      | 1971-02-27 | 685  |
      | 1969-02-28 | 685  |
      | 1969-02-27 | 822  |

  Scenario: Without a dismissal, the end of the contract decides alone
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is 2025-04-01
    When the event is published on 2025-04-01
    Then the law is that of 2025-04-01
    And the question "dismissal_started_on" is not asked
    And the fact "affiliation_needed" is 108

  Scenario: Called in March to a preliminary meeting on 2 April: the law is provisional, and the day of the meeting decides
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "workers[0].id" is "p-no-certificate"
    And in the event, "dismissal_started_on" is not said
    When the event is published on 2025-05-31
    And it is 2025-06-01
    Then the question "dismissal_started_on" is asked
    And the law is provisional
    When 2025-04-02 is answered to the question "dismissal_started_on" on 2025-06-02
    Then the law is that of 2025-04-01

  Scenario: Before 1 April 2025, the end of the contract is enough
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "contract_ends_on" is 2025-03-31
    And in the event, "dismissal_started_on" is 2025-02-10
    When the event is published on 2025-03-31
    Then the law is that of 2023-02-01
    And the question "dismissal_started_on" is not asked

  Scenario: Correcting the end of the contract changes the law
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is 2025-03-31
    When the event is published on 2025-03-31
    And it is 2025-04-01
    Then the law is that of 2023-02-01
    And the fact "affiliation_needed" is 130
    And the step "unemployment_benefit" is not applicable
    And the step "register" is due by 2026-03-31
    When the event is corrected on 2025-04-03 with
      | contract_ends_on | 2025-04-01 |
    Then the receipt says "corrected"
    And the law is that of 2025-04-01
    And the fact "affiliation_needed" is 108
    And the step "unemployment_benefit" is waiting
    And the step "register" is due by 2026-04-01

  Scenario Outline: Months of 30 days, for all who are still being paid
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "workers[0].id" is "<person>"
    And in the event, "contract_ends_on" is <ends>
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And it is <then>
    Then the law is that of 2023-02-01
    And the step "thirty_day_months" is <state>

    Examples:
      | person    | ends       | registered | then       | state          |
      | p-running | 2024-06-20 | 2024-06-24 | 2024-06-25 | done           |
      | p-ended   | 2023-05-20 | 2023-05-25 | 2023-05-26 | not applicable |
