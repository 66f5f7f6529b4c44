Feature: Scenarios to select from
  @push.newcall @response.status
  Scenario: two requirements
    Given Biff has called Doc, and Doc has answered
    When Doc hangs up
    Then the receiver accepts every push

  @response.status @slow
  Scenario: one requirement
    Given Biff has called Marty, and Marty has answered
    When Marty hangs up
    Then the receiver accepts every push

  Scenario: no requirement
    Given Biff has called Lorraine, and Lorraine has answered
    When Lorraine hangs up
    Then the receiver accepts every push
