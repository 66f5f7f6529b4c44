@call
Feature: Calls to colleagues
  A call to a group rings several users at once and has fewer pushes than one might expect. A call between users of an account
  has more.
  Documented in the API reference under "New call"; reported in sipgate.io issues 59, 76 and 130.

  Rule: A group call is one call

    One newCall names every user whose phone rings. No push reports that the other phones have stopped ringing.

    @call.group @must @answer @hangup
    Scenario: The receiver follows a group call that one user answers
      When the call scenario "group-answered" is played
      Then sipgate pushes
        | event   | user                 | callId   | cause          |
        | newCall | Doc, Marty, Lorraine | 12111955 |                |
        | answer  | Marty                | 12111955 |                |
        | hangup  |                      | 12111955 | normalClearing |
      And the receiver accepts every push

    @call.group @must @answer @hangup
    Scenario: The receiver follows a group call that nobody answers
      When the call scenario "group-unanswered" is played
      Then sipgate pushes
        | event   | user                 | callId   | cause    |
        | newCall | Doc, Marty, Lorraine | 12111955 |          |
        | hangup  |                      | 12111955 | noAnswer |
      And the receiver accepts every push

  Rule: A call within the account has a leg and a callId for each side

    @call.internal @must @hangup @outgoing
    Scenario: The receiver keeps the two calls of colleagues apart
      When the call scenario "internal-answered" is played
      Then sipgate pushes
        | event   | direction | user  | from         | to             | callId   | cause          |
        | newCall | out       | Doc   | Doc's number | Marty's number | 12111955 |                |
        | newCall | in        | Marty | Doc's number | Marty's number | 21102015 |                |
        | answer  | in        | Marty | Doc's number | Marty's number | 21102015 |                |
        | answer  | out       |       | Doc's number | Marty's number | 12111955 |                |
        | hangup  | in        |       | Doc's number | Marty's number | 21102015 | normalClearing |
        | hangup  | out       |       | Doc's number | Marty's number | 12111955 | normalClearing |
      And the receiver accepts every push

    @call.internal @must @hangup @outgoing
    Scenario: The receiver keeps the two calls apart when nobody answers
      When the call scenario "internal-no-answer" is played
      Then sipgate pushes
        | event   | direction | user  | from         | to             | callId   | cause    |
        | newCall | out       | Doc   | Doc's number | Marty's number | 12111955 |          |
        | newCall | in        | Marty | Doc's number | Marty's number | 21102015 |          |
        | hangup  | in        |       | Doc's number | Marty's number | 21102015 | noAnswer |
        | hangup  | out       |       | Doc's number | Marty's number | 12111955 | noAnswer |
      And the receiver accepts every push
