# language: en
Feature: An agreed termination
  Fifteen days to change one’s mind, then fifteen working days for the authority. Its silence means yes. The employer sends the request, or you do: nobody else sends it for you.
  Code du travail, art. L1237-13 and L1237-14. All the people are invented.

  Scenario: The dates after the signature
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    Then the date "withdrawal_ends" is 2026-05-04
    And the step "withdraw_agreement" can be done from 2026-04-17 to 2026-05-04
    And the step "send_agreement" can be done from 2026-05-05
    And the step "agreement_approval" is waiting
    And the operation "dreets.read_decision" is not requested

  Scenario: One of the two withdraws on the last day
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    And "withdraw_agreement" is declared done on 2026-05-04
    And it is 2026-05-05
    Then the step "withdraw_agreement" is done
    And the step "send_agreement" is not applicable
    And the reason for "send_agreement" mentions "one of the two parties has withdrawn"
    And the step "agreement_approval" is not applicable
    And the step "register" is not applicable
    And the operation "dreets.read_decision" is not requested

  Scenario: The employer sends the request, the authority accepts
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    And it is 2026-05-05
    Then the step "withdraw_agreement" is lapsed
    And the step "send_agreement" is to be done
    When the service "dreets" announces "approval_request_received" on 2026-05-06 with
      | received_on |
      | 2026-05-06  |
    And it is 2026-05-07
    Then the step "send_agreement" is done
    And the operation "dreets.read_decision" is requested 1 time
    And the step "agreement_approval" is done
    And the step "register" is due by 2027-06-15

  Scenario: The employer does nothing: the worker sends the request
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    And "send_agreement" is declared done on 2026-05-11
    And it is 2026-05-12
    Then the step "send_agreement" is done
    And the step "agreement_approval" is done

  Scenario Outline: The authority keeps silent for fifteen working days: it is approved
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "workers[0].id" is "p-silent"
    And in the event, "agreement_signed_on" is <signed>
    And in the event, "contract_ends_on" is <ends>
    When the event is published on <signed>
    And the service "dreets" announces "approval_request_received" on <received> with
      | received_on |
      | <received>  |
    Then without an answer, "agreement_approval" is deemed accepted on <deemed>
    When it is <deemed>
    Then the step "agreement_approval" is requested
    When it is <day after>
    Then the step "agreement_approval" is deemed accepted
    And the law is that of <law>

    Examples:
      | signed     | ends       | received   | deemed     | day after  | law        | why                            |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | 2026-05-26 | 2026-05-27 | 2025-04-01 | 8, 14 and 25 May do not count  |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | 2024-11-16 | 2024-11-17 | 2023-02-01 | 1 and 11 November do not count |

  Scenario Outline: The authority refuses: the contract goes on, and the refusal can be contested for twelve months
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "agreement_signed_on" is <signed>
    And in the event, "contract_ends_on" is <ends>
    And the operation "dreets.read_decision" refuses with "<code>"
    When the event is published on <signed>
    And the service "dreets" announces "approval_request_received" on <received> with
      | received_on |
      | <received>  |
    Then the step "agreement_approval" is refused
    And the reason for "agreement_approval" mentions "<says>"
    And "agreement_approval" can be contested by "labour_court" by <by>
    And the step "register" is not applicable
    And the step "tell_caf" is not applicable

    Examples:
      | signed     | ends       | received   | code                 | says             | by         |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | allowance_too_low    | legal minimum    | 2027-05-05 |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | consent_not_free     | agreed freely    | 2027-05-05 |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | period_not_respected | time to withdraw | 2027-05-05 |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | allowance_too_low    | legal minimum    | 2025-10-28 |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | consent_not_free     | agreed freely    | 2025-10-28 |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | period_not_respected | time to withdraw | 2025-10-28 |

  Scenario: Under the rules of 2023, the worker withdraws in time
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "agreement_signed_on" is 2024-10-10
    And in the event, "contract_ends_on" is 2024-12-02
    When the event is published on 2024-10-10
    Then the step "withdraw_agreement" can be done from 2024-10-11 to 2024-10-25
    When the service "employer" announces "agreement_withdrawn" on 2024-10-18 with
      | sent_on    |
      | 2024-10-18 |
    Then the step "withdraw_agreement" is done
    And the step "employer_documents" is not applicable
    And the step "register" is not applicable
    And the step "monthly_update" is not applicable
    And the step "tell_caf" is not applicable

  Scenario: The withdrawal comes too late: the request goes on
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "agreement_signed_on" is 2024-10-10
    And in the event, "contract_ends_on" is 2024-12-02
    When the event is published on 2024-10-10
    And it is 2024-10-26
    Then the step "withdraw_agreement" is lapsed
    And the step "send_agreement" is to be done
    When "send_agreement" is declared done on 2024-10-28
    And it is 2024-10-29
    Then the step "agreement_approval" is done

  Scenario: The file lacks a page: the fifteen working days run from the day it is complete
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "workers[0].id" is "p-silent"
    When the event is published on 2026-04-16
    And the service "dreets" announces "approval_request_received" on 2026-05-05 with
      | received_on |
      | 2026-05-05  |
    Then without an answer, "agreement_approval" is deemed accepted on 2026-05-26
    When the service "dreets" announces "pieces_requested" on 2026-05-07 with
      | pieces        | until      |
      | "signed form" | 2026-05-22 |
    Then the time to answer "agreement_approval" does not run: "signed form" is missing
    When it is 2026-05-28
    Then the step "agreement_approval" is requested
    When the service "dreets" announces on 2026-06-02 "pieces_received", which happened on 2026-06-01, with
      | received_on |
      | 2026-06-01  |
    Then without an answer, "agreement_approval" is deemed accepted on 2026-06-18
    When it is 2026-06-19
    Then the step "agreement_approval" is deemed accepted
