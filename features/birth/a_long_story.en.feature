# language: en
Feature: Two years in the life of a family
  A journey lasts for months. Nothing is lost on the way, and what a person wants forgotten is. All people are invented.

  Scenario: From the birth to the second birthday
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And true is answered to the question "first_common_child" on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "declare_birth" (child 1) was done on 2026-03-06
    And the step "checkup_9_months" (child 1) is waiting
    When it is 2026-12-05
    Then the step "checkup_9_months" (child 1) is overdue
    And the step "checkup_24_months" (child 1) is waiting
    When "checkup_9_months" (child 1) is declared done on 2026-12-07
    Then the step "checkup_9_months" (child 1) is done
    When it is 2028-02-20
    Then the step "checkup_24_months" (child 1) is due by 2028-04-04
    When "checkup_24_months" (child 1) is declared done on 2028-03-20
    Then the step "checkup_24_months" (child 1) is done

  Scenario: What an administration certifies is contested, then an agent decides
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.open_child_benefit" answers after 30 days
    When the event is published on 2026-03-05
    Then the fact "older_children" is 1
    And the fact "older_children" comes from "caf"
    When the fact "older_children" is contested on 2026-03-07
    Then the fact "older_children" is in dispute
    When an agent records that the fact "older_children" is 2 on 2026-03-10
    Then the fact "older_children" is 2
    And the fact "older_children" comes from "agent"

  Scenario: An obligation cannot be declined
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And "declare_birth" (child 1) is declined on 2026-03-06
    Then that is not accepted: "an obligation cannot be declined"
    And the step "declare_birth" (child 1) is to be done

  Scenario: The person is forgotten, and is asked nothing again
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the fact "older_children" is 1
    When the person "p-claire" is forgotten on 2026-06-01
    Then the fact "older_children" has been erased
    When it is 2026-09-01
    Then the question "older_children" is not asked
