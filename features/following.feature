@following
Feature: Following a call
  A receiver that wants to hear of the answer and of the end names a URL for each. Nothing is pushed to a URL that is not
  absolute, and nothing at all without a subscription.
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

  Rule: A follow-up URL is held to the rules of the push URL

    @following.https @must
    Scenario: The receiver takes follow-up pushes over a safe connection
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then every follow-up URL is as safe as the receiver's own

    @following.reachable @must
    Scenario: The receiver listens where it asks for follow-up pushes
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then every follow-up URL takes its pushes

    @following.reach-from-outside @should
    Scenario: The receiver names follow-up URLs that sipgate can reach
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then no follow-up URL is a private one

  Rule: Who hears of the beginning wants to hear of the end

    @following.hangup-too @should @answer
    Scenario: The receiver subscribes to both answer and hangup
      When Jennifer calls Doc
      Then whoever hears of the answer hears of the hangup

    @following.every-leg @must @hangup
    Scenario: The receiver subscribes on every leg of a call
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, and Marty answers
      Then the receiver subscribes on the second leg as on the first
