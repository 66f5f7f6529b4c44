Feature: The reception of our office
  Scenario: A caller whom Doc sends on to Marty is known by name on Marty's screen
    When the call scenario "reception" is played
    Then the receiver accepts every push
    And Marty's screen has rung
