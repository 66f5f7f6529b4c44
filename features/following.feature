@following
Feature: Following a call
  A receiver that wants the answer and hangup pushes names a URL for each. sipgate does not push to a URL that is not absolute,
  and pushes neither event without a subscription.
  Described in the API reference under "Following events".

  Rule: A subscription is an absolute URL

    @following.answer-url @must @answer
    Scenario: The receiver subscribes to the answer by an absolute URL
      When Jennifer calls Doc
      Then the URL for the answer is absolute

    @following.hangup-url @must @hangup
    Scenario: The receiver subscribes to the hangup by an absolute URL
      When Jennifer calls Doc
      Then the URL for the hangup is absolute

  Rule: The rules of the push URL apply to follow-up URLs too

    @following.https @must
    Scenario: The receiver accepts follow-up pushes over a safe connection
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then every follow-up URL is as safe as the push URL

    @following.reachable @must
    Scenario: The receiver serves the follow-up URLs that it names
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then every follow-up URL is served

    @following.reach-from-outside @should
    Scenario: The receiver names follow-up URLs that sipgate can reach
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then no follow-up URL has a private address

  Rule: A receiver that gets answer pushes needs hangup pushes too

    @following.hangup-too @should @answer
    Scenario: The receiver subscribes to both answer and hangup
      When Jennifer calls Doc
      Then a subscription to the answer comes with one to the hangup

    @following.every-leg @must @hangup
    Scenario: The receiver subscribes on every leg of a call
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, and Marty answers
      Then the receiver subscribes on the second leg as it did on the first
