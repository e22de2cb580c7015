# language: en
Feature: Voting in the new commune
  To vote, one must register before a closing date. It is earlier online than on paper.
  Code électoral, art. L17, L18, L30 and R5. All the people are invented.

  Scenario Outline: The closing date depends on how one registers
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is <moved>
    And in the event, "next_ballot_on" is <ballot>
    When the event is published on <moved>
    Then the step "electoral_roll" (mover 1) is due online by <online>
    And the step "electoral_roll" (mover 1) is due on paper by <paper>

    Examples:
      | moved      | ballot     | online     | paper      |
      | 2026-01-12 | 2026-03-15 | 2026-02-04 | 2026-02-06 |
      | 2024-03-01 | 2024-06-09 | 2024-05-01 | 2024-05-03 |

  Scenario: In 2020 the date was the same for all
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2020-01-10
    And in the event, "next_ballot_on" is 2020-03-15
    When the event is published on 2020-01-10
    And it is 2020-01-11
    Then the step "electoral_roll_2020" (mover 1) is due by 2020-02-07
    And the step "electoral_roll" (mover 1) is not applicable

  Scenario: Too late, unless a reason allows it
    Given the example "two_vehicles" of the event "move"
    And in the event, "next_ballot_on" is 2026-03-15
    When the event is published on 2026-01-12
    And it is 2026-02-07
    Then the step "electoral_roll" (mover 1) is overdue
    And the question "late_voter_ground" is asked
    When "transfer" is answered to the question "late_voter_ground" (mover 1) on 2026-02-09
    Then the step "late_electoral_roll" (mover 1) is due by 2026-03-05
    When it is 2026-03-06
    Then the step "late_electoral_roll" (mover 1) is lapsed

  Scenario: No such reason: no vote this time
    Given the example "two_vehicles" of the event "move"
    And in the event, "next_ballot_on" is 2026-03-15
    When the event is published on 2026-01-12
    And it is 2026-02-07
    And "none" is answered to the question "late_voter_ground" (mover 1) on 2026-02-09
    Then the step "late_electoral_roll" (mover 1) is not applicable
    And the step "electoral_roll" (mover 1) is overdue

  Scenario: Insee knows the date of the ballot
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    Then the question "ballot_on" is not asked
    And the fact "ballot_on" is 2026-03-15

  Scenario: No ballot is planned: registration is still to be done
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2026-07-01
    When the event is published on 2026-07-01
    And it is 2026-07-02
    Then the question "ballot_on" is asked
    And the step "electoral_roll" (mover 1) is to be done

  Scenario: Staying in the same commune
    Given the example "same_commune" of the event "move"
    When the event is published on 2026-03-31
    And it is 2026-04-01
    Then the step "polling_station" (mover 1) is to be done
    And the step "electoral_roll" (mover 1) is not applicable

  Scenario: The move was within the same commune after all: one must register again
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    And "electoral_roll" (mover 1) is declared done on 2026-01-14
    Then the step "electoral_roll" (mover 1) is done
    And the step "register_in_old_commune" (mover 1) is not applicable
    When the event is corrected on 2026-01-20 with
      | new_commune | "38185" |
    Then the receipt says "corrected"
    And the step "register_in_old_commune" (mover 1) is to be done
