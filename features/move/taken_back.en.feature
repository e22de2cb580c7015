# language: en
Feature: A move called off, or corrected on the way
  What was passed on is taken back; what cannot be erased takes an inverse step. All the people are invented.
  Code électoral, art. L11 and L16; CRPA, art. L123-1.

  Scenario: The move is called off: addresses restored, benefits taken back
    Given the example "large_family" of the event "move"
    When the event is published on 2026-06-05
    And true is answered to the question "main_home" on 2026-06-05
    And "claim_housing_benefit" is declared done on 2026-06-08
    And "claim_moving_bonus" is declared done on 2026-06-20
    Then the step "housing_benefit" is done
    And the step "moving_bonus" is done
    When the event is retracted on 2026-06-24
    Then the receipt says "retracted"
    And the operation "caf.close_housing_benefit" is requested 1 time
    And the operation "caf.reclaim_moving_bonus" is requested 1 time
    And the operation "caf.restore_address" is requested 1 time
    And the operation "cpam.restore_address" is requested 2 times
    And the operation "dgfip.restore_address" is requested 1 time
    And the step "moving_bonus" is cancelled

  Scenario: A person registered with France Travail did not move after all
    Given the example "jobseeker" of the event "move"
    When the event is published on 2026-05-13
    And it is 2026-05-14
    Then the step "tell_france_travail" (mover 1) is done
    When the event is retracted on 2026-05-20
    Then the operation "france_travail.restore_address" is requested 1 time
    And the step "tell_france_travail" (mover 1) is cancelled

  Scenario: Registered elsewhere already: one must register again in the old commune
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And the service "mairie" announces "voter_registered" on 2026-01-20 with
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-01-20    |
    And the event is corrected on 2026-01-26 with
      | new_commune | "38185" |
    Then the step "register_in_old_commune" (mover 1) is to be done
    And the step "electoral_roll" (mover 1) is being cancelled
    When "register_in_old_commune" (mover 1) is declared done on 2026-02-02
    Then the step "register_in_old_commune" (mover 1) is done
    And the step "electoral_roll" (mover 1) is cancelled

  Scenario: Registered elsewhere, and did not move after all: one is told to register again
    Given the example "large_family" of the event "move"
    When the event is published on 2026-06-05
    And the service "mairie" announces "voter_registered" on 2026-06-10 with
      | person    | commune | registered_on |
      | "p-mehdi" | "59512" | 2026-06-10    |
    And the event is corrected on 2026-06-20 with
      | movers[1].id | "p-lucas" |
    Then the step "register_in_old_commune" (mover 2) is to be done
    And the step "electoral_roll" (mover 2) is being cancelled
    When the service "mairie" announces "voter_registered" on 2026-07-10 with
      | person    | commune | registered_on |
      | "p-mehdi" | "59350" | 2026-07-10    |
    Then the step "register_in_old_commune" (mover 2) is done

  Scenario: The second time, one must register again once more
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And the service "mairie" announces "voter_registered" on 2026-01-20 with
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-01-20    |
    And the event is corrected on 2026-01-26 with
      | new_commune | "38185" |
    And "register_in_old_commune" (mover 1) is declared done on 2026-02-02
    And the event is corrected on 2026-02-03 with
      | new_commune | "69123" |
    And the service "mairie" announces "voter_registered" on 2026-02-10 with
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-02-10    |
    Then the step "electoral_roll" (mover 1) is done
    When the event is corrected on 2026-02-12 with
      | new_commune | "38185" |
    Then the step "register_in_old_commune" (mover 1) is to be done
    And the step "electoral_roll" (mover 1) is being cancelled

  Scenario: The commune was wrong: each service gets the right one
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    And the event is corrected on 2026-01-14 with
      | new_commune | "69266" |
    And it is 2026-01-15
    Then the receipt says "corrected"
    And there is 1 journey
    And the operation "caf.restore_address" is requested 1 time
    And the operation "caf.change_address" is requested 2 times
    And the operation "caf.change_address" is requested with
      | commune | "69266" |
    And the operation "dgfip.change_address" is requested with
      | commune | "69266" |

  Scenario: A second move during the first: two journeys, each with its own dates
    Given the example "jobseeker" of the event "move"
    When the event is published on 2026-05-13
    Given the example "jobseeker" of the event "move"
    And in the event, "moved_on" is 2026-07-10
    And in the event, "old_commune" is "44109"
    And in the event, "new_commune" is "35238"
    When the event is published on 2026-07-10
    Then there are 2 journeys
    And the step "tell_france_travail" (mover 1) is due by 2026-08-09
    And the operation "france_travail.change_address" is requested with
      | commune | "35238" |

  Scenario: The date moves back a month: housing benefit is opened again from the right date
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2026-02-01
    When the event is published on 2026-02-01
    And true is answered to the question "main_home" on 2026-02-01
    And "claim_housing_benefit" is declared done on 2026-02-03
    Then the step "housing_benefit" counts from 2026-03-01
    When the event is corrected on 2026-02-10 with
      | moved_on | 2026-01-31 |
    And it is 2026-02-11
    Then the step "housing_benefit" counts from 2026-02-01
    And the operation "caf.close_housing_benefit" is requested 1 time
    And the operation "caf.open_housing_benefit" is requested 2 times
    And the operation "caf.open_housing_benefit" is requested with
      | moved_on | 2026-01-31 |
