@quick
Feature: A receiver of our own
  Scenario: The receiver is quick
    Given Jennifer has called Doc
    When Jennifer gives up
    Then the receiver meets "response.prompt"
