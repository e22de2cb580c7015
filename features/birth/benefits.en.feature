# language: en
Feature: What the family is entitled to
  What the CAF already knows is not asked for. A refusal is explained and can be contested.
  Code de la sécurité sociale, art. L521-1, L531-3 and R142-1-A. All the people are invented.

  Scenario: The CAF knows the household: nothing is asked
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the question "older_children" is not asked
    And the fact "dependent_children" is 2
    And the step "child_benefit" counts from 2026-04-01
    And the value "family_benefit_base" is 478.16

  Scenario: The CAF does not know the household: the parent is asked
    Given a birth on 2026-03-04 in Lyon (69123)
    And in the event, "parents[0].id" is "p-unknown"
    When the event is published on 2026-03-05
    Then the question "older_children" is asked
    And the fact "dependent_children" is not known
    And the step "child_benefit" is waiting
    When the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And 1 is answered to the question "older_children" on 2026-03-07
    Then the fact "dependent_children" is 2
    And the operation "caf.open_child_benefit" is requested 1 time

  Scenario: A first child does not open child benefit
    Given a birth on 2026-03-04 in Lyon (69123)
    And in the event, "parents[0].id" is "p-first"
    When the event is published on 2026-03-05
    Then the fact "dependent_children" is 1
    And the step "child_benefit" is not applicable
    And the step "child_benefit" cites "Code de la sécurité sociale, art. L521-1"

  Scenario: Resources above the ceiling
    Given a birth on 2026-03-04 in Lyon (69123)
    And in the event, "parents[0].id" is "p-wealthy"
    When the event is published on 2026-03-05
    Then the question "resources_under_ceiling" is not asked
    And the step "base_allowance" (child 1) is not applicable

  Scenario: The CAF says no, and that can be contested
    Given a birth on 2026-03-04 in Lyon (69123)
    And in the event, "parents[0].id" is "p-refused"
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And it is 2026-03-07
    Then the step "child_benefit" is refused
    And "child_benefit" can be contested by "prior_appeal" by 2026-05-06

  Scenario Outline: The month of entitlement chooses the base
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    Then the step "child_benefit" counts from <month>
    And the value "family_benefit_base" is <base>

    Examples:
      | born       | month      | base   |
      | 2026-02-28 | 2026-03-01 | 474.37 |
      | 2026-03-01 | 2026-04-01 | 478.16 |
      | 2026-03-31 | 2026-04-01 | 478.16 |

  Scenario: Sixty days for the tax office
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "tell_tax_office" is due by 2026-05-03
    When the service "dgfip" announces "family_situation_updated" on 2026-03-20 with
      | person     | updated_on |
      | "p-claire" | 2026-03-20 |
    Then the step "tell_tax_office" is done

  Scenario: The child’s check-ups
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the step "checkup_8_days" (child 1) is due by 2026-03-12
    And the step "checkup_9_months" (child 1) can be done from 2026-11-04 to 2026-12-04
    And the step "checkup_24_months" (child 1) can be done from 2028-02-04 to 2028-04-04
    When the service "pmi" announces "certificate_received" on 2026-03-13 with
      | child | exam    | received_on |
      | 1     | "day_8" | 2026-03-13  |
    Then the step "checkup_8_days" (child 1) is done
