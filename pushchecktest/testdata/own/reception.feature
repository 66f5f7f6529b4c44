Feature: The reception of our office
  Scenario: Marty's screen shows a caller whom Doc transfers
    When the call scenario "reception" is played
    Then the receiver accepts every push
    And Marty's screen has rung
