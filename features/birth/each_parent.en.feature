# language: en
Feature: What each parent may have
  Maternity leave, the birth grant, help for those who stop work, and what is owed when a child dies. All the people are invented.
  Code du travail, art. L1225-17, L1225-47 and L3142-1-1; code de la sécurité sociale, art. L523-1, L531-2, L531-4 and L545-1.

  Scenario Outline: Maternity leave lasts longer with several children, or from the third
    Given the example "<example>" of the event "birth"
    And in the event, "older_children" is <older>
    When the event is published on 2026-06-10
    Then the fact "maternity_weeks" is <weeks>
    And the step "maternity_leave" (parent 1) can be done from <born> to <ends>
    And "maternity_leave" (parent 1) can be contested by "labour_court"

    Examples:
      | example   | older | weeks | born       | ends       |
      | one_child | 0     | 10    | 2026-03-02 | 2026-05-11 |
      | one_child | 1     | 10    | 2026-03-02 | 2026-05-11 |
      | one_child | 2     | 18    | 2026-03-02 | 2026-07-06 |
      | twins     | 0     | 22    | 2026-03-29 | 2026-08-30 |
      | triplets  | 0     | 22    | 2026-05-09 | 2026-10-10 |

  Scenario: Only the one who gave birth has maternity leave
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    Then the step "maternity_leave" (parent 1) is to be done
    And the step "maternity_leave" (parent 2) is not applicable
    When it is 2026-05-16
    Then the step "maternity_leave" (parent 1) is lapsed

  Scenario Outline: Everything is claimed in time
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    And the service "caf" announces "birth_grant_paid" on <grant> with
      | person     | child | paid_on |
      | "p-claire" | 1     | <grant> |
    And the service "employer" announces "leave_taken" on <leave> with
      | person     | leave       | ended_on |
      | "p-claire" | "maternity" | <leave>  |
    And "shared_parental_benefit" (parent 1) is declared done on <leave>
    And the service "employer" announces "leave_taken" on <later> with
      | person    | leave      | ended_on |
      | "p-karim" | "parental" | <later>  |
    Then the law is that of <law>
    And the step "birth_grant" (child 1) is done
    And the step "maternity_leave" (parent 1) is done
    And the step "shared_parental_benefit" (parent 1) is done
    And the step "parental_leave" (parent 2) is done
    And the step "parental_leave" (parent 1) is to be done

    Examples:
      | born       | grant      | leave      | later      | law        |
      | 2019-05-14 | 2019-06-28 | 2019-07-22 | 2020-01-31 | 2016-11-20 |
      | 2026-03-06 | 2026-03-20 | 2026-05-15 | 2027-01-29 | 2021-07-01 |

  Scenario Outline: The age at which help to stop work is lost
    Given a birth on <born> in Lyon (69123)
    And in the event, "older_children" is <older>
    When the event is published on <born>
    Then the step "shared_parental_benefit" (parent 1) is due by <until>
    And the step "birth_grant" (child 1) is due by <grant>
    And "birth_grant" (child 1) can be contested by "prior_appeal"
    When it is <past>
    Then the step "shared_parental_benefit" (parent 1) is lapsed

    Examples:
      | born       | older | until      | grant      | past       |
      | 2019-05-14 | 0     | 2020-05-14 | 2021-05-14 | 2020-05-15 |
      | 2026-03-06 | 0     | 2027-03-06 | 2028-03-06 | 2027-03-07 |
      | 2026-03-06 | 1     | 2029-03-06 | 2028-03-06 | 2029-03-07 |

  Scenario: Two years for the birth grant, three for parental leave
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And it is 2028-03-07
    Then the step "birth_grant" (child 1) is lapsed
    And the step "parental_leave" (parent 1) is to be done
    When it is 2029-03-07
    Then the step "parental_leave" (parent 1) is lapsed
    And the step "single_parent_support" is not applicable

  Scenario: Income above the ceiling: no birth grant
    Given a birth on 2026-03-06 in Lyon (69123)
    And in the event, "parents[0].id" is "p-wealthy"
    When the event is published on 2026-03-06
    Then the step "birth_grant" (child 1) is not applicable
    And the step "shared_parental_benefit" (parent 1) is to be done

  Scenario Outline: A parent alone
    Given the example "remote_commune" of the event "birth"
    And in the event, "born_on" is <born>
    And in the event, "due_on" is <born>
    And in the event, "children[0].born_on" is <born>
    When the event is published on <born>
    Then the step "single_parent_support" is to be done
    And "single_parent_support" can be contested by "prior_appeal"
    When "single_parent_support" is declared done on <claimed>
    Then the step "single_parent_support" is done

    Examples:
      | born       | claimed    |
      | 2019-06-03 | 2019-06-20 |
      | 2026-06-02 | 2026-06-22 |

  Scenario Outline: Help with childcare, until six, or twelve for a single parent
    Given the example "<example>" of the event "birth"
    And in the event, "born_on" is <born>
    And in the event, "due_on" is <born>
    And in the event, "children[0].born_on" is <born>
    When the event is published on <born>
    Then the step "childcare_help" (child 1) is due by <until>
    And "childcare_help" (child 1) can be contested by "prior_appeal"
    When "childcare_help" (child 1) is declared done on <claimed>
    Then the step "childcare_help" (child 1) is done

    Examples:
      | example        | born       | until      | claimed    |
      | one_child      | 2019-06-03 | 2025-06-03 | 2019-09-02 |
      | one_child      | 2026-03-02 | 2032-03-02 | 2026-06-01 |
      | remote_commune | 2019-06-03 | 2031-06-03 | 2019-09-02 |
      | remote_commune | 2026-06-02 | 2038-06-02 | 2026-09-01 |

  Scenario Outline: No help with childcare past the age limit
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    And it is <then>
    Then the step "childcare_help" (child 1) is lapsed

    Examples:
      | born       | then       | law        |
      | 2019-06-03 | 2025-06-04 | 2016-11-20 |
      | 2026-03-06 | 2032-03-07 | 2021-07-01 |

  Scenario: A parent who is not an employee: the CPAM can still pay
    Given a birth on 2026-03-06 in Lyon (69123)
    And in the event, "parents[1].id" is "p-jobless"
    When the event is published on 2026-03-06
    Then the step "leave_without_employment" (parent 2) is to be done
    And the step "leave_without_employment" (parent 1) is not applicable
    And "leave_without_employment" (parent 2) can be contested by "prior_appeal"
    When "leave_without_employment" (parent 2) is declared done on 2026-03-16
    Then the step "leave_without_employment" (parent 2) is done

  Scenario Outline: A child who died: the leave of that date, and an allowance, without a word sent
    Given a birth on <born> in Lyon (69123)
    And in the event, "children[0].outcome" is "died"
    When the event is published on <born>
    Then the value "bereavement_days" is <days>
    And the step "bereavement_leave" (parent 1) can be done from <born> to <until>
    And "bereavement_leave" (parent 1) can be contested by "labour_court"
    And nobody is told about "bereavement_leave" (parent 1)
    And the step "bereavement_allowance" (child 1) is to be done
    And nobody is told about "bereavement_allowance" (child 1)
    And the step "parental_leave" (parent 1) is not applicable
    When "bereavement_leave" (parent 1) is declared done on <later>
    And "bereavement_allowance" (child 1) is declared done on <later>
    Then the step "bereavement_leave" (parent 1) is done
    And the step "bereavement_allowance" (child 1) is done
    When it is <past>
    Then the step "bereavement_leave" (parent 2) is lapsed

    Examples:
      | born       | days | until      | later      | past       |
      | 2023-07-20 | 7    | 2024-07-20 | 2023-08-21 | 2024-07-21 |
      | 2026-03-06 | 14   | 2027-03-06 | 2026-04-07 | 2027-03-07 |
