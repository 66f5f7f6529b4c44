Feature: A sentence that means nothing
  Scenario: The receiver looks at the moon
    Given Jennifer has called Doc
    Then the moon is full
