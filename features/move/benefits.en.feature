# language: en
Feature: What the CAF pays for the new home
  The month of the move and the month of the claim count. All the people are invented.

  Scenario Outline: Housing benefit around the end of a month
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is <moved>
    When the event is published on <moved>
    And true is answered to the question "main_home" on <moved>
    And "claim_housing_benefit" is declared done on <claimed>
    Then the step "housing_benefit" counts from <from>

    Examples:
      | moved      | claimed    | from       | why                              |
      | 2026-01-31 | 2026-01-31 | 2026-02-01 | the month after                  |
      | 2026-01-31 | 2026-02-28 | 2026-02-01 | claimed in the month after       |
      | 2026-01-31 | 2026-03-01 | 2026-03-01 | a month lost                     |
      | 2026-02-01 | 2026-02-02 | 2026-03-01 | a day later, a month later       |

  Scenario Outline: A benefit received in the old home is not interrupted
    Given the example "two_vehicles" of the event "move"
    And in the event, "movers[0].id" is "p-housed"
    And in the event, "moved_on" is <moved>
    When the event is published on <moved>
    And true is answered to the question "main_home" on <moved>
    Then the step "claim_housing_benefit" is due by <until>
    And the question "had_housing_benefit" is not asked
    When "claim_housing_benefit" is declared done on <claimed>
    Then the step "housing_benefit" counts from <from>

    Examples:
      | moved      | until      | claimed    | from       | why                       |
      | 2026-01-12 | 2026-01-31 | 2026-01-31 | 2026-01-01 | the month of the move     |
      | 2026-01-12 | 2026-01-31 | 2026-02-01 | 2026-02-01 | claimed a month later     |
      | 2026-01-31 | 2026-01-31 | 2026-01-31 | 2026-01-01 | the last day of the month |

  Scenario: The CAF does not know the household: it is asked whether another office paid a benefit
    Given the example "two_vehicles" of the event "move"
    And in the event, "movers[0].id" is "p-unknown"
    When the event is published on 2026-01-12
    And true is answered to the question "main_home" on 2026-01-12
    Then the question "had_housing_benefit" is asked
    When true is answered to the question "had_housing_benefit" on 2026-01-13
    Then the step "claim_housing_benefit" is due by 2026-01-31

  Scenario: After the end of the next month, each month is lost
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And true is answered to the question "main_home" on 2026-01-12
    Then the step "claim_housing_benefit" is due by 2026-02-28
    When it is 2026-03-01
    Then the step "claim_housing_benefit" is overdue

  Scenario: The date of the move is corrected into the next month
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2026-01-31
    When the event is published on 2026-01-31
    And true is answered to the question "main_home" on 2026-01-31
    And "claim_housing_benefit" is declared done on 2026-01-31
    Then the step "housing_benefit" counts from 2026-02-01
    When the event is corrected on 2026-02-02 with
      | moved_on | 2026-02-01 |
    Then the step "housing_benefit" counts from 2026-03-01
    And the step "claim_housing_benefit" is done

  Scenario: The CAF says no, and must be asked again first
    Given the example "two_vehicles" of the event "move"
    And in the event, "movers[0].id" is "p-wealthy"
    When the event is published on 2026-01-12
    And true is answered to the question "main_home" on 2026-01-12
    And "claim_housing_benefit" is declared done on 2026-01-15
    And it is 2026-01-16
    Then the step "housing_benefit" is refused
    And "housing_benefit" must first be contested by "prior_appeal" by 2026-03-16

  Scenario: The CAF keeps silent: that is a refusal
    Given the example "two_vehicles" of the event "move"
    And in the event, "movers[0].id" is "p-silent"
    When the event is published on 2026-01-12
    And true is answered to the question "main_home" on 2026-01-12
    And "claim_housing_benefit" is declared done on 2026-01-15
    And it is 2026-03-16
    Then the step "housing_benefit" is deemed refused

  Scenario: The CAF asks for a document: the time after which silence refuses stands still until it comes
    Given the example "two_vehicles" of the event "move"
    And in the event, "movers[0].id" is "p-silent"
    When the event is published on 2026-01-12
    And true is answered to the question "main_home" on 2026-01-12
    And "claim_housing_benefit" is declared done on 2026-01-15
    Then without an answer, "housing_benefit" is deemed refused on 2026-03-15
    When an agent asks for "tax notice" for "housing_benefit" on 2026-01-20, by 2026-02-04
    Then the time to answer "housing_benefit" does not run: "tax notice" is missing
    And without an answer, "housing_benefit" is deemed refused on 2026-03-31
    When an agent has the whole file for "housing_benefit" on 2026-01-30
    Then without an answer, "housing_benefit" is deemed refused on 2026-03-25
    When it is 2026-03-26
    Then the step "housing_benefit" is deemed refused

  Scenario Outline: The moving bonus opens after the third month of pregnancy
    Given the example "large_family" of the event "move"
    And in the event, "moved_on" is <moved>
    When the event is published on <moved>
    Then the date "moving_bonus_from" is 2026-06-01
    And the step "claim_moving_bonus" can be done from <moved> to <until>

    Examples:
      | moved      | until      |
      | 2026-06-01 | 2026-12-01 |
      | 2026-06-05 | 2026-12-05 |

  Scenario: The day before, it is too early
    Given the example "large_family" of the event "move"
    And in the event, "moved_on" is 2026-05-31
    When the event is published on 2026-05-31
    Then the step "claim_moving_bonus" is not applicable

  Scenario: Six months pass, the bonus is lost
    Given the example "large_family" of the event "move"
    When the event is published on 2026-06-05
    And it is 2026-12-06
    Then the step "claim_moving_bonus" is lapsed

  Scenario: Two children are not enough
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    Then the step "claim_moving_bonus" is not applicable
