# language: en
Feature: Moving: when someone says no
  Each refusal has its reason, its appeal and its date. What a service cannot record is still to be done by oneself.
  CCH, art. L825-2; code électoral, art. L18 and L20; CRPA, art. L123-1. All the people are invented.

  Scenario Outline: Housing benefit is refused: the CAF’s board first, within two months
    Given the example "two_vehicles" of the event "move"
    And the operation "caf.open_housing_benefit" refuses with "<code>"
    When the event is published on 2026-01-12
    And true is answered to the question "main_home" on 2026-01-12
    And "claim_housing_benefit" is declared done on 2026-01-15
    Then the step "housing_benefit" is refused
    And the reason for "housing_benefit" mentions "<says>"
    And "housing_benefit" must first be contested by "prior_appeal" by 2026-03-16

    Examples:
      | code               | says                |
      | home_not_decent    | too small           |
      | landlord_is_family | one of your parents |

  Scenario Outline: The moving bonus is refused
    Given the example "large_family" of the event "move"
    And the operation "caf.pay_moving_bonus" refuses with "<code>"
    When the event is published on 2026-06-05
    And true is answered to the question "main_home" on 2026-06-05
    And "claim_housing_benefit" is declared done on 2026-06-08
    And "claim_moving_bonus" is declared done on 2026-06-20
    Then the step "moving_bonus" is refused
    And "moving_bonus" must first be contested by "prior_appeal" by 2026-08-20

    Examples:
      | code               |
      | no_invoice         |
      | no_housing_benefit |

  Scenario: Without housing benefit, no moving bonus
    Given the example "large_family" of the event "move"
    And the operation "caf.open_housing_benefit" refuses with "resources_too_high"
    When the event is published on 2026-06-05
    And true is answered to the question "main_home" on 2026-06-05
    And "claim_housing_benefit" is declared done on 2026-06-08
    Then the step "housing_benefit" is refused
    And the step "claim_moving_bonus" is not applicable
    And the step "moving_bonus" is not applicable

  Scenario Outline: A service cannot find the person, who tells it the address
    Given the example "jobseeker" of the event "move"
    And the operation "<operation>" refuses with "<code>"
    When the event is published on 2026-05-13
    And it is 2026-05-14
    Then the step <step> is refused
    When <step> is declared done on 2026-05-15
    Then the step <step> is done

    Examples:
      | operation                     | code           | step                            |
      | caf.change_address            | unknown_person | "tell_caf"                      |
      | cpam.change_address           | unknown_person | "tell_cpam" (mover 1)           |
      | dgfip.change_address          | unknown_person | "tell_tax_office"               |
      | france_travail.change_address | not_registered | "tell_france_travail" (mover 1) |

  Scenario: The town hall refuses the registration: five days to write to the board
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    And an agent refuses "electoral_roll" (mover 1) on 2026-01-20 because "the proof of address is too old"
    Then the step "electoral_roll" (mover 1) is refused
    And the reason for "electoral_roll" (mover 1) mentions "the proof of address is too old"
    And "electoral_roll" (mover 1) must first be contested by "prior_appeal" by 2026-01-25
    When "electoral_roll" (mover 1) is contested by "prior_appeal" on 2026-01-22
    And an agent accepts "electoral_roll" (mover 1) on 2026-02-03
    Then the step "electoral_roll" (mover 1) is done

  Scenario: The deposit is not returned: conciliation first, then the court, for three years
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-02-02
    And "tell_landlord_address" is declared done on 2026-02-02
    And true is answered to the question "inventory_matches" on 2026-02-02
    And it is 2026-03-02
    Then the step "deposit_back" is overdue
    And "deposit_back" must first be contested by "mediation" by 2029-01-30
    And "deposit_back" can be contested by "judicial_court" by 2029-01-30

  Scenario: The town hall forgot a late registration: the court, up to the day of the ballot
    Given the example "two_vehicles" of the event "move"
    And in the event, "next_ballot_on" is 2026-03-15
    When the event is published on 2026-01-12
    And it is 2026-02-09
    And "transfer" is answered to the question "late_voter_ground" (mover 1) on 2026-02-09
    Then "late_electoral_roll" (mover 1) can be contested by "judicial_court" by 2026-03-15

  Scenario: In 2020 too, a refusal could be contested within five days
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2020-01-10
    And in the event, "next_ballot_on" is 2020-03-15
    When the event is published on 2020-01-10
    And an agent refuses "electoral_roll_2020" (mover 1) on 2020-01-16 because "you do not live in the commune"
    Then the step "electoral_roll_2020" (mover 1) is refused
    And "electoral_roll_2020" (mover 1) must first be contested by "prior_appeal" by 2020-01-21

  Scenario Outline: What no service knows is asked of the person
    Given the example "two_vehicles" of the event "move"
    And in the event, "vehicles[0].holding" is not said
    And the operation "<operation>" refuses with "<code>"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    Then the question <question> is asked
    And the step <step> is waiting
    When <answer> is answered to the question <question> on 2026-01-14
    Then the step <step> is <state>

    Examples:
      | operation                  | code            | question              | step                            | answer   | state          |
      | france_titres.read_vehicle | unknown_vehicle | "holding" (vehicle 1) | "vehicle_address" (vehicle 1)   | "owned"  | to be done     |
      | france_titres.read_vehicle | unknown_vehicle | "holding" (vehicle 1) | "tell_lessor" (vehicle 1)       | "leased" | to be done     |
      | insee.read_voter           | unknown_person  | "may_vote" (mover 2)  | "electoral_roll" (mover 2)      | true     | to be done     |
      | insee.read_voter           | unknown_person  | "may_vote" (mover 2)  | "electoral_roll" (mover 2)      | false    | not applicable |
      | france_travail.read_status | unknown_person  | "jobseeker" (mover 1) | "tell_france_travail" (mover 1) | false    | not applicable |

  Scenario: Staying in the commune while Insee does not know whether one votes
    Given the example "same_commune" of the event "move"
    And the operation "insee.read_voter" refuses with "unknown_person"
    When the event is published on 2026-03-31
    And it is 2026-04-01
    Then the step "polling_station" (mover 1) is waiting
    When true is answered to the question "may_vote" (mover 1) on 2026-04-02
    And the service "mairie" announces "voter_address_recorded" on 2026-04-20 with
      | person    | recorded_on |
      | "p-denis" | 2026-04-20  |
    Then the step "polling_station" (mover 1) is done
