Feature: A story that there is not
  Scenario: The receiver follows it
    When the call scenario "nope" is played
    Then the receiver accepts every push
