"""Daily demand, seven days ahead on 52 weekly origins with the operator's lag: Prophet beside two naives."""
