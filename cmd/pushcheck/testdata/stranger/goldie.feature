Feature: Somebody whom nobody knows
  Scenario: The receiver takes the call
    When Goldie calls Doc
    Then the receiver accepts the newCall
