@signature
Feature: Pushes that sipgate has signed
  sipgate signs every push, and a receiver can verify that it comes from sipgate and arrived as it was sent. One that does so
  lets the genuine through, however it is written and whichever way it came, and nothing else.
  Observed in genuine captures; sipgate's Node library and its pushapi-request-verifier show how.

  Rule: What sipgate has signed is accepted

    @signature.valid @must
    Scenario: The receiver accepts a call whose pushes are signed
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then the receiver accepts what is signed correctly

    @signature.any-body @must
    Scenario Outline: The receiver verifies a push with <writing> as it came
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: ways of writing the same push
        | writing           | oddity                             |
        | fields turned     | the fields come in another order   |
        | raw brackets      | the brackets are not encoded       |
        | numbered brackets | the brackets are numbered          |

    @signature.any-proxy @should
    Scenario Outline: The receiver accepts a signed push over <way>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: ways into a network
        | way         | oddity                             |
        | no proxy    | the newCall comes over no proxy    |
        | one proxy   | the newCall comes over one proxy   |
        | two proxies | the newCall comes over two proxies |

  Rule: What sipgate has not signed is refused, and does no harm

    @signature.forged @must @deadly
    Scenario Outline: The receiver refuses a push <forged>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver refuses it and takes the next one

      Examples: forgeries
        | forged                      | oddity                                        |
        | whose body was altered      | the caller's number was altered after signing |
        | whose signature was altered | the signature was altered                     |
        | that somebody else signed   | somebody else has signed the newCall          |

    @signature.missing @must @deadly
    Scenario: The receiver refuses a push that nobody has signed
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall comes without a signature
      Then the receiver refuses it and takes the next one

    @signature.missing @must @deadly @answer @hangup
    Scenario Outline: The receiver makes nothing of <push> that nobody has signed
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver makes nothing of it and takes the next one

      Examples: what follows a newCall
        | push      | oddity                               |
        | an answer | the answer comes without a signature |
        | a hangup  | the hangup comes without a signature |

    @signature.forged @must @deadly @answer @hangup
    Scenario Outline: The receiver makes nothing of <push> that somebody else signed
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver makes nothing of it and takes the next one

      Examples: what follows a newCall
        | push      | oddity                              |
        | an answer | somebody else has signed the answer |
        | a hangup  | somebody else has signed the hangup |

  Rule: What sipgate really signed is taken

    @push.golden-capture @must @deadly
    Scenario: The receiver takes a push that sipgate really sent
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall is one that sipgate really sent
      Then the receiver takes it all the same
