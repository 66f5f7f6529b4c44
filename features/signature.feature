@signature
Feature: Pushes that sipgate has signed
  sipgate signs every push, and a receiver can verify that it comes from sipgate and arrived as it was sent. Such a receiver
  accepts every genuine push, however it is written and however many proxies it passed, and refuses every other.
  Observed in genuine captures; sipgate's Node library and its pushapi-request-verifier show how.

  Rule: The receiver accepts what sipgate has signed

    @signature.valid @must
    Scenario: The receiver accepts a call whose pushes are signed
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then the receiver accepts every push with a correct signature

    @signature.any-body @must
    Scenario Outline: The receiver verifies a push with <writing>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: ways of writing the same push
        | writing                 | oddity                           |
        | fields in another order | the fields come in another order |
        | raw brackets            | the brackets are not encoded     |
        | numbered brackets       | the brackets are numbered        |

    @signature.any-proxy @should
    Scenario Outline: The receiver accepts a signed push through <way>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: ways into a network
        | way         | oddity                                |
        | no proxy    | the newCall comes through no proxy    |
        | one proxy   | the newCall comes through one proxy   |
        | two proxies | the newCall comes through two proxies |

  Rule: The receiver refuses what sipgate has not signed

    @signature.forged @must @deadly
    Scenario Outline: The receiver refuses a push <forged>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver refuses it and accepts the next push

      Examples: forgeries
        | forged                      | oddity                                        |
        | whose body was altered      | the caller's number was altered after signing |
        | whose signature was altered | the signature was altered                     |
        | signed with another key     | the newCall is signed with another key        |

    @signature.missing @must @deadly
    Scenario: The receiver refuses a push without a signature
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall comes without a signature
      Then the receiver refuses it and accepts the next push

    @signature.missing @must @deadly @answer @hangup
    Scenario Outline: The receiver ignores <push> without a signature
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver ignores it and accepts the next push

      Examples: what follows a newCall
        | push      | oddity                               |
        | an answer | the answer comes without a signature |
        | a hangup  | the hangup comes without a signature |

    @signature.forged @must @deadly @answer @hangup
    Scenario Outline: The receiver ignores <push> signed with another key
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver ignores it and accepts the next push

      Examples: what follows a newCall
        | push      | oddity                                |
        | an answer | the answer is signed with another key |
        | a hangup  | the hangup is signed with another key |

  Rule: The receiver accepts what sipgate really signed

    @push.golden-capture @must @deadly
    Scenario: The receiver accepts a push that sipgate really sent
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall is one that sipgate really sent
      Then the receiver still accepts every push
