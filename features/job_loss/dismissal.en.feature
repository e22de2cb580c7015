# language: en
Feature: After a dismissal
  Registering within twelve months, being paid, reporting what changes, contesting if need be. All the people are invented.

  Scenario: The first dates
    Given the example "dismissal" of the event "job_loss"
    When the event is published on 2026-02-27
    Then the receipt says "started"
    And the law is that of 2025-04-01
    And the step "employer_documents" is due by 2026-02-27
    And the step "register" is due by 2027-02-27
    And the step "contest_dismissal" is due by 2026-11-27
    And the step "agreement_approval" is not applicable
    And the step "accept_csp" is not applicable

  Scenario: Registering opens the benefit
    Given the example "dismissal" of the event "job_loss"
    When the event is published on 2026-02-27
    Then the step "unemployment_benefit" is waiting
    When the service "france_travail" announces "registered" on 2026-03-02 with
      | registered_on |
      | 2026-03-02    |
    And it is 2026-03-03
    Then the step "register" is done
    And the operation "france_travail.open_allowance" is requested 1 time
    And the step "unemployment_benefit" is done
    And the fact "paid_days_at_most" is 548
    And the fact "postponed_days" is 12
    And the step "unemployment_benefit" counts from 2026-03-19

  Scenario: The employer does not give the papers
    Given the example "dismissal" of the event "job_loss"
    When the event is published on 2026-02-27
    And it is 2026-02-28
    Then the step "employer_documents" is overdue
    When the service "employer" announces "final_documents_given" on 2026-03-10 with
      | given_on   |
      | 2026-03-10 |
    Then the step "employer_documents" is done

  Scenario: The certificate has not arrived: the person is asked
    Given the example "work_unknown" of the event "job_loss"
    When the event is published on 2026-03-31
    And it is 2026-04-01
    Then the question "affiliation_days" is asked
    And the fact "affiliation_days" is not known
    And the step "unemployment_benefit" is waiting
    When 100 is answered to the question "affiliation_days" on 2026-04-02
    And 700 is answered to the question "affiliation_hours" on 2026-04-02
    And false is answered to the question "seasonal_only" on 2026-04-02
    Then the fact "affiliation_needed" is 130
    And the step "unemployment_benefit" is not applicable

  Scenario: The last day of the twelve months still counts
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is 2025-09-28
    And in the event, "dismissal_started_on" is 2025-06-10
    When the event is published on 2025-09-28
    And it is 2026-09-28
    Then the step "register" is to be done
    When the service "france_travail" announces "registered" on 2026-09-28 with
      | registered_on |
      | 2026-09-28    |
    Then the operation "france_travail.open_allowance" is requested 1 time

  Scenario: A day too late, unless an adviser extends the time
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is 2025-09-28
    And in the event, "dismissal_started_on" is 2025-06-10
    When the event is published on 2025-09-28
    And it is 2026-09-29
    Then the step "register" is overdue
    And the step "unemployment_benefit" is not applicable
    When the service "france_travail" announces "registered" on 2026-09-30 with
      | registered_on |
      | 2026-09-30    |
    Then the step "register" is done
    And the step "unemployment_benefit" is not applicable
    And the step "extend_registration_time" is to be done
    When an agent accepts "extend_registration_time" on 2026-10-05
    Then the operation "france_travail.open_allowance" is requested 1 time

  Scenario: A change is reported with the next monthly update at the latest
    Given the example "seasonal_contract" of the event "job_loss"
    When the event is published on 2026-05-18
    Then the step "declare_change" (change 1) is due by 2026-06-15
    When it is 2026-06-16
    Then the step "declare_change" (change 1) is overdue

  Scenario: The first monthly update
    Given the example "dismissal" of the event "job_loss"
    When the event is published on 2026-02-27
    And the service "france_travail" announces "registered" on 2026-03-02 with
      | registered_on |
      | 2026-03-02    |
    Then the step "monthly_update" can be done from 2026-03-28 to 2026-04-15

  Scenario: No answer to the CSP means no
    Given the example "between_two_laws" of the event "job_loss"
    When the event is published on 2025-03-21
    Then the step "accept_csp" can be done from 2025-03-20 to 2025-04-10
    When it is 2025-04-11
    Then the step "accept_csp" is lapsed

  Scenario Outline: The RSA is due from the first day of the month of the claim, at that month’s amount
    Given the example "dismissal" of the event "job_loss"
    And in the event, "workers[0].id" is "p-poor"
    When the event is published on 2026-02-27
    And "claim_income_support" is declared done on <claimed>
    Then the step "income_support" counts from <from>
    And the value "income_support_single" is <amount>

    Examples:
      | claimed    | from       | amount |
      | 2026-03-31 | 2026-03-01 | 646.52 |
      | 2026-04-01 | 2026-04-01 | 651.69 |

  Scenario: France Travail refuses the ASS: mediation is compulsory
    Given the example "dismissal" of the event "job_loss"
    And in the event, "workers[0].id" is "p-ass-refused"
    When the event is published on 2026-02-27
    And the service "france_travail" announces "registered" on 2026-03-02 with
      | registered_on |
      | 2026-03-02    |
    And "claim_solidarity_allowance" is declared done on 2026-03-10
    And it is 2026-03-11
    Then the step "solidarity_allowance" is refused
    And "solidarity_allowance" must first be contested by "mediation" by 2026-05-11

  Scenario: The same event is published twice
    Given the example "dismissal" of the event "job_loss"
    When the event is published on 2026-02-27
    And the same event is published again on 2026-03-02
    Then the receipt says "duplicate"
    And there is 1 journey
