# language: en
Feature: An agreed termination
  Fifteen days to change one’s mind, then fifteen working days for the authority. Its silence means yes.
  Code du travail, art. L1237-13 and L1237-14. All the people are invented.

  Scenario: The dates after the signature
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    Then the date "withdrawal_ends" is 2026-05-04
    And the step "withdraw_agreement" can be done from 2026-04-17 to 2026-05-04
    And the step "agreement_approval" can be done from 2026-05-05
    And the operation "dreets.request_approval" is not requested

  Scenario: One of the two withdraws on the last day
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    And "withdraw_agreement" is declared done on 2026-05-04
    And it is 2026-05-05
    Then the step "withdraw_agreement" is done
    And the step "agreement_approval" is not applicable
    And the step "register" is not applicable
    And the operation "dreets.request_approval" is not requested

  Scenario: The time to withdraw passes
    Given the example "agreed_termination" of the event "job_loss"
    When the event is published on 2026-04-16
    And it is 2026-05-05
    Then the step "withdraw_agreement" is lapsed
    And the operation "dreets.request_approval" is requested 1 time

  Scenario: The authority keeps silent for fifteen working days: it is approved
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "workers[0].id" is "p-silent"
    When the event is published on 2026-04-16
    And it is 2026-05-26
    Then the step "agreement_approval" is requested
    When it is 2026-05-27
    Then the step "agreement_approval" is deemed accepted
    And the step "register" is due by 2027-06-15

  Scenario: The authority refuses: the contract goes on
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "workers[0].id" is "p-refused"
    When the event is published on 2026-04-16
    And it is 2026-05-06
    Then the step "agreement_approval" is refused
    And "agreement_approval" can be contested by "labour_court" by 2027-05-05
    And the step "register" is not applicable
