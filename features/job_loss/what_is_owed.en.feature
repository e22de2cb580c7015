# language: en
Feature: What a lost job leaves you with
  What the employer still owes, the letters that have a date, and what others can pay. All the people are invented.
  Code du travail, art. L1233-45, L1234-9, L1234-20, L1243-8, L5411-6, R1232-13 and R5411-8; code de la sécurité sociale, art. L861-1.

  Scenario Outline: Severance pay, on either law
    Given the example "dismissal" of the event "job_loss"
    And in the event, "reason" is "<reason>"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "dismissal_notified_on" is <started>
    And in the event, "agreement_signed_on" is <started>
    When the event is published on <ends>
    Then the law is that of <law>
    And the step "severance_pay" is <severance>
    And the step "fixed_term_bonus" is <bonus>

    Examples:
      | reason             | ends       | started    | law        | severance      | bonus          |
      | personal_dismissal | 2026-02-27 | 2025-11-17 | 2025-04-01 | to be done     | not applicable |
      | agreed_termination | 2026-02-27 | 2026-01-05 | 2025-04-01 | to be done     | not applicable |
      | fixed_term_end     | 2026-02-27 | 2026-02-27 | 2025-04-01 | not applicable | to be done     |
      | economic_dismissal | 2024-06-28 | 2024-04-15 | 2023-02-01 | to be done     | not applicable |
      | fixed_term_end     | 2024-06-28 | 2024-06-28 | 2023-02-01 | not applicable | to be done     |

  Scenario Outline: The employer has paid
    Given the example "<example>" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    Then the step "<step>" is due by <ends>
    When "<step>" is declared done on <ends>
    Then the step "<step>" is done

    Examples:
      | example      | step             | ends       | started    |
      | dismissal    | severance_pay    | 2026-02-27 | 2025-11-17 |
      | dismissal    | severance_pay    | 2024-06-28 | 2024-04-15 |
      | work_unknown | fixed_term_bonus | 2026-03-31 | 2026-03-31 |
      | work_unknown | fixed_term_bonus | 2024-03-29 | 2024-03-29 |

  Scenario Outline: The employer has not paid: the labour court
    Given the example "<example>" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    And it is <later>
    Then the step "<step>" is overdue
    And "<step>" can be contested by "labour_court"

    Examples:
      | example      | step             | ends       | started    | later      |
      | dismissal    | severance_pay    | 2026-02-27 | 2025-11-17 | 2026-02-28 |
      | dismissal    | severance_pay    | 2024-06-28 | 2024-04-15 | 2024-06-29 |
      | work_unknown | fixed_term_bonus | 2026-03-31 | 2026-03-31 | 2026-04-01 |
      | work_unknown | fixed_term_bonus | 2024-03-29 | 2024-03-29 | 2024-03-30 |

  Scenario Outline: Six months to contest the final pay statement
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    Then the step "contest_final_statement" is waiting
    When the service "employer" announces "final_documents_given" on <ends> with
      | given_on |
      | <ends>   |
    Then the step "contest_final_statement" is due by <until>
    And "contest_final_statement" can be contested by "labour_court"
    When it is <day>
    And "contest_final_statement" is declared done on <day>
    Then the step "contest_final_statement" is done

    Examples:
      | ends       | started    | until      | day        |
      | 2026-02-27 | 2025-11-17 | 2026-08-27 | 2026-08-27 |
      | 2024-06-28 | 2024-04-15 | 2024-12-28 | 2024-12-27 |

  Scenario Outline: After six months the statement stands
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    And the service "employer" announces "final_documents_given" on <ends> with
      | given_on |
      | <ends>   |
    And it is <past>
    Then the step "contest_final_statement" is lapsed

    Examples:
      | ends       | started    | past       |
      | 2026-02-27 | 2025-11-17 | 2026-08-28 |
      | 2024-06-28 | 2024-04-15 | 2024-12-29 |

  Scenario Outline: Fifteen days to ask for the reasons
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "dismissal_notified_on" is <notified>
    When the event is published on <notified>
    Then the step "ask_dismissal_reasons" is due by <until>
    When "ask_dismissal_reasons" is declared done on <until>
    Then the step "ask_dismissal_reasons" is done

    Examples:
      | ends       | started    | notified   | until      |
      | 2026-02-27 | 2025-11-17 | 2025-11-27 | 2025-12-12 |
      | 2024-06-28 | 2024-04-15 | 2024-04-29 | 2024-05-14 |

  Scenario Outline: After an economic dismissal, a year to ask to be taken back first
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "csp_offered_on" is <started>
    When the event is published on <ends>
    And it is <day>
    Then the step "rehire_priority" can be done from <from> to <until>
    And "rehire_priority" can be contested by "labour_court"
    When "rehire_priority" is declared done on <day>
    Then the step "rehire_priority" is done

    Examples:
      | ends       | started    | day        | from       | until      |
      | 2026-02-27 | 2026-01-05 | 2026-03-16 | 2026-02-28 | 2027-02-27 |
      | 2025-05-31 | 2025-03-20 | 2025-06-16 | 2025-06-01 | 2026-05-31 |

  Scenario Outline: After that year, the priority is lost
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "csp_offered_on" is <started>
    When the event is published on <ends>
    And it is <past>
    Then the step "rehire_priority" is lapsed

    Examples:
      | ends       | started    | past       |
      | 2026-02-27 | 2026-01-05 | 2027-02-28 |
      | 2025-05-31 | 2025-03-20 | 2026-06-01 |

  Scenario Outline: The employer did not offer the CSP: France Travail must
    Given the example "between_two_laws" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And in the event, "csp_offered_on" is not said
    When the event is published on <ends>
    Then the step "accept_csp" is not applicable
    And the step "ask_for_csp" is to be done
    When "ask_for_csp" is declared done on <asked>
    Then the step "ask_for_csp" is done

    Examples:
      | ends       | started    | asked      |
      | 2025-05-31 | 2025-03-20 | 2025-06-02 |
      | 2026-02-27 | 2026-01-05 | 2026-03-02 |

  Scenario Outline: A new address: thirty days since 2025
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "changes[0].kind" is "address"
    And in the event, "changes[0].happened_on" is <moved>
    When the event is published on <moved>
    Then the step "declare_change" (change 1) is not applicable
    And the step "declare_new_address" (change 1) is due by <due>
    When it is <declared>
    Then the step "declare_new_address" (change 1) is <state>
    When the service "france_travail" announces "change_declared" on <declared> with
      | kind      | received_on |
      | "address" | <declared>  |
    Then the step "declare_new_address" (change 1) is done

    Examples:
      | ends       | moved      | due        | declared   | state      |
      | 2026-04-12 | 2026-05-18 | 2026-06-17 | 2026-06-10 | to be done |
      | 2026-04-12 | 2026-05-18 | 2026-06-17 | 2026-06-18 | overdue    |
      | 2024-10-11 | 2025-01-02 | 2025-02-01 | 2025-01-20 | to be done |
      | 2024-10-11 | 2025-01-02 | 2025-02-01 | 2025-02-03 | overdue    |

  Scenario Outline: A change that was told too late can be contested before a mediator
    Given the example "seasonal_contract" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "changes[0].kind" is "<kind>"
    And in the event, "changes[0].happened_on" is <happened>
    When the event is published on <happened>
    And it is <past>
    Then the step "<step>" (change 1) is overdue
    And "<step>" (change 1) can be contested by "mediation"

    Examples:
      | step                    | kind    | ends       | happened   | past       |
      | declare_change          | illness | 2026-04-12 | 2026-05-18 | 2026-06-16 |
      | declare_new_address     | address | 2026-04-12 | 2026-05-18 | 2026-06-18 |
      | declare_change          | illness | 2024-10-11 | 2025-01-02 | 2025-02-16 |
      | declare_new_address     | address | 2024-10-11 | 2025-01-02 | 2025-02-02 |
      | declare_change_72_hours | address | 2024-04-12 | 2024-05-20 | 2024-05-24 |

  Scenario: The contract of engagement comes after registration
    Given the example "dismissal" of the event "job_loss"
    When the event is published on 2026-02-27
    Then the step "sign_engagement" is waiting
    When the service "france_travail" announces "registered" on 2026-03-02 with
      | registered_on |
      | 2026-03-02    |
    Then the step "sign_engagement" is to be done
    When "sign_engagement" is declared done on 2026-03-30
    Then the step "sign_engagement" is done

  Scenario Outline: Under the rules of 2023 too, for those who register from 2025
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    And the service "france_travail" announces "registered" on <registered> with
      | registered_on |
      | <registered>  |
    Then the law is that of 2023-02-01
    And the step "sign_engagement" is <state>

    Examples:
      | ends       | started    | registered | state          |
      | 2024-12-31 | 2024-10-01 | 2025-01-02 | to be done     |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | not applicable |

  Scenario: Under the rules of 2023, the contract of engagement is signed
    Given the example "between_two_laws" of the event "job_loss"
    When the event is published on 2025-05-31
    And the service "france_travail" announces "registered" on 2025-06-02 with
      | registered_on |
      | 2025-06-02    |
    And "sign_engagement" is declared done on 2025-06-30
    Then the step "sign_engagement" is done

  Scenario Outline: Training rights are kept, and less tax can be withheld
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    When the event is published on <ends>
    Then the step "training_account" is done
    And people are told about "training_account"
    And the step "lower_tax_rate" is to be done
    When "lower_tax_rate" is declared done on <later>
    Then the step "lower_tax_rate" is done

    Examples:
      | ends       | started    | later      |
      | 2026-02-27 | 2025-11-17 | 2026-03-16 |
      | 2024-06-28 | 2024-04-15 | 2024-07-15 |

  Scenario Outline: A termination withdrawn in time owes nothing of this
    Given the example "agreed_termination" of the event "job_loss"
    And in the event, "agreement_signed_on" is <signed>
    And in the event, "contract_ends_on" is <ends>
    When the event is published on <signed>
    And "withdraw_agreement" is declared done on <withdrawn>
    Then the step "severance_pay" is not applicable
    And the step "lower_tax_rate" is not applicable

    Examples:
      | signed     | ends       | withdrawn  |
      | 2026-04-16 | 2026-06-15 | 2026-04-20 |
      | 2024-10-10 | 2024-12-02 | 2024-10-14 |

  Scenario Outline: Low income: solidarity health cover, and silence on the activity bonus
    Given the example "dismissal" of the event "job_loss"
    And in the event, "contract_ends_on" is <ends>
    And in the event, "dismissal_started_on" is <started>
    And the operation "caf.open_activity_bonus" stays silent
    When the event is published on <ends>
    And an agent records that the fact "low_income" is true on <later>
    And an agent records that the fact "low_wages" is true on <later>
    Then the step "solidarity_health_cover" is to be done
    And "solidarity_health_cover" can be contested by "prior_appeal"
    When "solidarity_health_cover" is declared done on <later>
    And "claim_activity_bonus" is declared done on <later>
    Then the step "solidarity_health_cover" is done
    And without an answer, "activity_bonus" is deemed refused on <silent>
    When it is <past>
    Then the step "activity_bonus" is deemed refused

    Examples:
      | ends       | started    | later      | silent     | past       |
      | 2026-02-27 | 2025-11-17 | 2026-03-16 | 2026-05-16 | 2026-05-17 |
      | 2024-06-28 | 2024-04-15 | 2024-07-15 | 2024-09-15 | 2024-09-16 |
