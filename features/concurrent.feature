@call
Feature: Calls that overlap
  Several people call at the same time. A callId names the call that a push is about, from its newCall to its hangup.
  Documented in the FAQ: callId identifies the current call.

  Rule: Calls do not affect each other

    @call.concurrent @must @alone
    Scenario: The receiver keeps overlapping calls apart
      When 8 calls come in at once
      Then the receiver accepts every push
