# language: en
Feature: Each way of leaving has its rights
  Dismissal, agreed termination, end of contract, resignation: what each opens, and what it closes.
  Code du travail, art. L1233-65 and L5422-1; unemployment insurance rules, art. 3. All the people are invented.

  Scenario Outline: What each reason opens
    Given the example "dismissal" of the event "job_loss"
    And in the event, "reason" is "<reason>"
    And in the event, "agreement_signed_on" is 2026-01-05
    When the event is published on 2026-02-27
    Then the step "contest_dismissal" is <contest>
    And the step "withdraw_agreement" is <withdraw>
    And the step "accept_csp" is not applicable
    And the step "unemployment_benefit" is <benefit>

    Examples:
      | reason             | contest        | withdraw       | benefit |
      | personal_dismissal | to be done     | not applicable | waiting |
      | economic_dismissal | to be done     | not applicable | waiting |
      | agreed_termination | not applicable | lapsed         | waiting |
      | fixed_term_end     | not applicable | not applicable | waiting |

  Scenario Outline: A resignation opens the benefit only for an accepted reason
    Given the example "dismissal" of the event "job_loss"
    And in the event, "reason" is "resignation"
    And in the event, "contract_ends_on" is <ends>
    When the event is published on <ends>
    Then the question "legitimate_resignation" is asked
    And the step "unemployment_benefit" is waiting
    And the step "keep_health_cover" is waiting
    When <answer> is answered to the question "legitimate_resignation" on <day>
    Then the step "unemployment_benefit" is <state>

    Examples:
      | ends       | day        | answer | state          |
      | 2026-02-27 | 2026-02-28 | true   | waiting        |
      | 2026-02-27 | 2026-02-28 | false  | not applicable |
      | 2024-06-28 | 2024-06-29 | true   | waiting        |
      | 2024-06-28 | 2024-06-29 | false  | not applicable |

  Scenario Outline: A resignation without an accepted reason is looked at again after 121 days
    Given the example "dismissal" of the event "job_loss"
    And in the event, "reason" is "resignation"
    And in the event, "contract_ends_on" is <ends>
    When the event is published on <ends>
    And false is answered to the question "legitimate_resignation" on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    And it is <too soon>
    Then the step "review_resignation" is waiting
    When it is <possible>
    Then the step "review_resignation" is to be done
    When "review_resignation" is declared done on <possible>
    Then the step "review_resignation" is done

    Examples:
      | ends       | registered | too soon   | possible   | law        |
      | 2024-06-28 | 2024-07-01 | 2024-10-26 | 2024-10-27 | 2023-02-01 |
      | 2026-02-27 | 2026-03-02 | 2026-06-27 | 2026-06-28 | 2025-04-01 |

  Scenario Outline: Economic dismissal: accepting the CSP before the 21 days end
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "csp_offered_on" is <offered>
    When the event is published on <offered>
    And the service "employer" announces "csp_accepted" on <accepted> with
      | accepted_on |
      | <accepted>  |
    Then the law is that of <law>
    And the step "accept_csp" is done
    And the step "unemployment_benefit" is not applicable

    Examples:
      | ends       | started    | offered    | accepted   | law        |
      | 2025-05-31 | 2025-03-20 | 2025-03-20 | 2025-04-10 | 2023-02-01 |
      | 2026-02-27 | 2026-01-05 | 2026-01-19 | 2026-02-09 | 2025-04-01 |

  Scenario Outline: Days or hours: whichever is reached first is enough
    Given the example "work_unknown" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    When the event is published on <ends>
    And <days> is answered to the question "affiliation_days" on <ends>
    And <hours> is answered to the question "affiliation_hours" on <ends>
    And <seasonal> is answered to the question "seasonal_only" on <ends>
    Then the fact "affiliation_hours_needed" is <needed>
    And the fact "worked_enough" is <enough>
    And the step "unemployment_benefit" is <state>

    Examples:
      | ends       | days | hours | seasonal | needed | enough | state          |
      | 2026-03-31 | 100  | 910   | false    | 910    | true   | waiting        |
      | 2026-03-31 | 100  | 909   | false    | 910    | false  | not applicable |
      | 2026-03-31 | 100  | 758   | true     | 758    | true   | waiting        |
      | 2025-03-31 | 100  | 758   | true     | 910    | false  | not applicable |
      | 2025-03-31 | 130  | 600   | true     | 910    | true   | waiting        |

  Scenario: Working in Savoie, living in Cayenne: the CAF of the home decides, with its holidays
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is 2026-04-09
    And in the event, "workers[0].id" is "p-poor"
    And the operation "caf.open_income_support" refuses with "too_young"
    When the event is published on 2026-04-09
    And "claim_income_support" is declared done on 2026-04-10
    Then the step "income_support" is refused
    And "income_support" must first be contested by "prior_appeal" by 2026-06-11
    When the event is corrected on 2026-04-14 with
      | workers[0].home_commune | "73257" |
    Then "income_support" must first be contested by "prior_appeal" by 2026-06-10
