# language: en
Feature: A move, from the notice to the year after
  Its steps spread over months: some before leaving, others long after. All the people are invented.
  Law of 6 July 1989, art. 7, 15 and 22; code des assurances, art. L113-16.

  Scenario: A year in which everything is done in time
    Given the example "two_vehicles" of the event "move"
    And in the event, "next_ballot_on" is 2026-03-15
    When the event is published on 2025-10-01
    And "none" is answered to the question "notice_ground" on 2025-10-02
    And the service "landlord" announces "notice_received" on 2025-10-15 with
      | received_on |
      | 2025-10-15  |
    Then the step "give_notice" is done
    When it is 2026-01-12
    And the service "insurer" announces "home_insured" on 2026-01-12 with
      | insured_from |
      | 2026-01-12   |
    And true is answered to the question "main_home" on 2026-01-12
    And true is answered to the question "changes_school" (child 1) on 2026-01-12
    And false is answered to the question "changes_school" (child 2) on 2026-01-12
    And true is answered to the question "has_residence_permit" (mover 2) on 2026-01-12
    And false is answered to the question "has_residence_permit" (mover 1) on 2026-01-12
    Then the step "insure_new_home" is done
    And the step "change_school" (child 1) is to be done
    And the step "change_school" (child 2) is not applicable
    And the step "permit_address" (mover 1) is not applicable
    When "claim_housing_benefit" is declared done on 2026-01-14
    And the service "school" announces "pupil_admitted" on 2026-01-19 with
      | child | admitted_on |
      | 1     | 2026-01-19  |
    And "tell_landlord_address" is declared done on 2026-01-30
    And true is answered to the question "inventory_matches" on 2026-01-30
    And "tell_lessor" (vehicle 2) is declared done on 2026-02-02
    And the service "mairie" announces "voter_registered" on 2026-02-03 with
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2026-02-03    |
    And the service "insee" announces "old_registration_removed" on 2026-02-05 with
      | person    | commune | removed_on |
      | "p-amina" | "38185" | 2026-02-05 |
    Then the step "change_school" (child 1) is done
    And the step "electoral_roll" (mover 1) is done
    And the step "electoral_roll" (mover 2) is to be done
    And the step "old_registration_removed" (mover 1) is done
    And the step "old_registration_removed" (mover 2) is waiting
    And the step "housing_benefit" counts from 2026-02-01
    When the service "landlord" announces "deposit_returned" on 2026-02-27 with
      | returned_on |
      | 2026-02-27  |
    And the service "insurer" announces "contract_ended" on 2026-03-10 with
      | ended_on   |
      | 2026-03-10 |
    And the service "prefecture" announces "permit_address_changed" on 2026-04-02 with
      | person     | changed_on |
      | "p-julien" | 2026-04-02 |
    Then the step "deposit_back" is done
    And the step "end_old_insurance" is done
    And the step "end_old_insurance" counts from 2026-04-10
    And the step "permit_address" (mover 2) is done

  Scenario: A year in which nothing is done: what it costs
    Given the example "two_vehicles" of the event "move"
    And in the event, "next_ballot_on" is 2026-03-15
    When the event is published on 2025-10-01
    And "none" is answered to the question "notice_ground" on 2025-10-02
    And it is 2025-11-01
    Then the step "give_notice" is overdue
    When true is answered to the question "has_residence_permit" (mover 2) on 2026-01-12
    And it is 2026-01-13
    Then the step "insure_new_home" is overdue
    When it is 2026-02-13
    Then the step "vehicle_address" (vehicle 1) is overdue
    And the step "electoral_roll" (mover 1) is overdue
    When it is 2026-04-13
    Then the step "permit_address" (mover 2) is overdue
    And the step "end_old_insurance" is lapsed
    When it is 2027-01-12
    Then the step "vehicle_address" (vehicle 1) is overdue
    And the journey goes on

  Scenario: How the home was occupied is not known: steps wait
    Given the example "two_vehicles" of the event "move"
    And in the event, "old_tenure" is not said
    And in the event, "new_tenure" is not said
    When the event is published on 2026-01-12
    Then the question "old_tenure" is asked
    And the question "new_tenure" is asked
    And the step "give_notice" is waiting
    And the step "tell_landlord_address" is waiting
    And the step "deposit_back" is waiting
    And the step "insure_new_home" is waiting
    And the step "claim_housing_benefit" is waiting
    When "owner" is answered to the question "old_tenure" on 2026-01-13
    And "owner" is answered to the question "new_tenure" on 2026-01-13
    Then the step "give_notice" is not applicable
    And the step "deposit_back" is not applicable
    And the step "insure_new_home" is not applicable
    And the step "claim_housing_benefit" is not applicable
    And the step "housing_benefit" is not applicable

  Scenario: A large family: whether it rents is not known
    Given the example "large_family" of the event "move"
    And in the event, "new_tenure" is not said
    When the event is published on 2026-06-05
    Then the step "claim_moving_bonus" is waiting
    When "tenant" is answered to the question "new_tenure" on 2026-06-08
    Then the step "claim_moving_bonus" is due by 2026-12-05

  Scenario: A transfer lets one register until the tenth day before the ballot
    Given the example "two_vehicles" of the event "move"
    And in the event, "next_ballot_on" is 2026-03-15
    When the event is published on 2026-01-12
    And it is 2026-02-09
    And "transfer" is answered to the question "late_voter_ground" (mover 1) on 2026-02-09
    And "late_electoral_roll" (mover 1) is declared done on 2026-03-05
    Then the step "late_electoral_roll" (mover 1) is done

  Scenario: In 2020, registering in time, or too late
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2020-01-10
    And in the event, "next_ballot_on" is 2020-03-15
    When the event is published on 2020-01-10
    And the service "mairie" announces "voter_registered" on 2020-02-07 with
      | person    | commune | registered_on |
      | "p-amina" | "69123" | 2020-02-07    |
    And it is 2020-02-08
    Then the step "electoral_roll_2020" (mover 1) is done
    And the step "electoral_roll_2020" (mover 2) is overdue

  Scenario: In 2020, Insee did not know whether the person could vote
    Given the example "two_vehicles" of the event "move"
    And in the event, "moved_on" is 2020-01-10
    And in the event, "next_ballot_on" is 2020-03-15
    And the operation "insee.read_voter" refuses with "unknown_person"
    When the event is published on 2020-01-10
    Then the question "may_vote" (mover 1) is asked
    And the step "electoral_roll_2020" (mover 1) is waiting
