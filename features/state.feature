@state
Feature: What the application shows
  A receiver can accept every push and still draw the wrong conclusion. If the application can be asked for the state of a call,
  by a state URL or a command, pushcheck compares that state with the pushes.
  Documented in the FAQ under "What happens when a call is transferred?" and "How is forwarding signaled?", and reported in
  sipgate's public issue tracker.

  Rule: A call is over after its hangup

    @state.ended @must
    Scenario: The application shows an answered call as over
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then the application shows Doc's call as over

    @state.ended @must @hangup
    Scenario: The application shows a cancelled call as over
      Given Jennifer has called Doc
      When Jennifer gives up
      Then the application shows Doc's call as over

    @state.ended @must @hangup
    Scenario Outline: The application shows a call that ended with <cause> as over
      Given Jennifer has called Doc
      When the call of Doc ends with the cause <cause>
      Then the application shows Doc's call as over

      Examples: the other causes of a call that was not answered
        | cause      |
        | busy       |
        | noAnswer   |
        | congestion |
        | notFound   |

    @state.ended @must @outgoing
    Scenario: The application shows an outgoing call as over
      Given Doc has called Jennifer, and Jennifer has answered
      When Jennifer hangs up
      Then the application shows Jennifer's call as over

  Rule: A transferred call continues as a new one

    @state.transfer @must
    Scenario: The application shows who has the call after a transfer
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, and Marty answers
      Then the application shows Doc's call as over
      And the application shows Marty's call as answered

    @state.transfer @must
    Scenario: The application shows an unanswered transfer as over
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, who does not pick up
      Then the application shows Marty's call as over

  Rule: A forwarded call is over at once

    @state.forward @must
    Scenario: The application shows one call after a forward, not two
      Given Jennifer has called Doc
      When Doc's line is busy, and the call is forwarded to Marty
      And Marty answers
      And Jennifer hangs up
      Then the application shows Doc's call as over
      And the application shows Marty's call as over

  Rule: A push that comes twice counts once

    @state.once @must
    Scenario: The application counts a call once if its pushes come twice
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall and the answer come twice
      Then the application shows Doc's call as over

  Rule: A call that is over stays over

    @state.late-answer @should @answer @hangup
    Scenario: The application does not reopen a call whose answer comes late
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the answer comes after the hangup
      Then the application shows Doc's call as over

  Rule: Calls with similar ids are different calls

    @state.apart @must
    Scenario: The application keeps calls with similar ids apart
      Given Jennifer has called Doc, and Doc has answered
      When Biff calls Marty meanwhile, with a callId that differs only at its end
      And Marty answers
      And the call of Doc ends with the cause normalClearing
      Then the application shows Doc's call as over
      And the application shows Marty's call as answered
