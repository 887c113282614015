# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 · Delays and dynamics
#
# After this chapter you can read a recurrent network as what it is, a dynamical system: its delays,
# its poles, its state, and the points at which it stands still.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, claim, predict, solved
from course_utils.start import start

start(seed=3)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

from course_utils import datasets
from course_utils.claims import above, below
from course_utils.experiments import ch03_delays_and_dynamics as experiment
from course_utils.plots import delays, flow, hopfield, pendulum_models, poles
from course_utils.progress import progress
from course_utils.recurrent.fixed_points import fixed_points
from course_utils.recurrent.state_models import StateModels

# %% [markdown]
# ## The question
#
# A camera looks at a pendulum ten times a second and measures its angle, with an error of about
# 0.02 rad. The pendulum is a small weight on a light rod of one metre, without friction; we compute
# its motion
# from the law $\ddot\theta = -\frac{g}{L} \sin\theta$. The camera is covered after one second. Can
# you say where the pendulum will be during the next two?
#
# Not from the last angle alone. Below, two pendulums pass the same angle in opposite directions.
# **What must a machine keep of the past in order to go on by itself?**

# %% tags=["experiment"]
records = {kind: experiment.pendulum_record(kind) for kind in ("small", "large")}
now = experiment.SEEN - 1
one, other = experiment.opposite_ways(records["large"])
pendulum_models.parting_ways(one, other, now, experiment.INTERVAL)
plt.show()
print(f"At 0 s: {one[now]:.2f} and {other[now]:.2f} rad.", end=" ")
print(f"Half a second later: {one[now + 5]:.2f} and {other[now + 5]:.2f} rad.")

# %% [markdown]
# We use two sets of pendulums: small swings, let go at 0.1 to 0.4 rad, and large ones, at 0.5 to
# 2.5 rad (180° are 3.14 rad). Before any model, three forecasts that cost nothing: the angle stays
# as it is; it goes on as in the last step; the pendulum hangs still at 0. We measure the root of
# the mean squared error (RMSE) over two seconds, twenty steps, on 200 pendulums.

# %% tags=["experiment"]
naive_errors = {}
for kind, record in records.items():
    naive = experiment.naive_forecasts(record)
    naive_errors[kind] = min(naive.values())
    print(f"{kind} swings, RMSE in rad:", *(f"{name} {each:.2f}," for name, each in naive.items()))

# %% [markdown]
# The best of the three is to say nothing at all: 0. That is the baseline.
#
# ## The idea: a delay is an operator
#
# Chapter 2 drew a box $z^{-1}$, the **delay** of one step. Take it seriously: it is an *operator*.
# It takes a whole sequence and gives a whole sequence, one step later:
#
# $$(z^{-1} x)_t = x_{t-1}, \qquad z^{-1} z^{-1} = z^{-2}, \qquad (z^{-k} x)_t = x_{t-k} .$$
#
# Before the start nothing was put in, so zeros come out. Operators can be added and multiplied like
# numbers, because delaying a sum is the same as summing what is delayed. Two examples:
#
# | $t$ | 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | $x = t^2$ | 0 | 1 | 4 | 9 | 16 |
# | $z^{-1} x$ | 0 | 0 | 1 | 4 | 9 |
# | $(1 - z^{-1})\, x$ | 0 | 1 | 3 | 5 | 7 |
# | $(1 - z^{-1})^2 x = x - 2 z^{-1} x + z^{-2} x$ | 0 | 1 | 2 | 2 | 2 |
#
# The difference $1 - z^{-1}$ is a velocity per step, its square an acceleration. So a delay gives
# the machine what one angle does not tell. The drawing shows the three ways to use a delay: in a
# row, beside the direct way, and in a loop. The loop is what makes a network recurrent.

# %% tags=["experiment"]
delays.delay_diagrams(plt.figure(figsize=(8.4, 2.7)).gca())
plt.show()
print("In the loop the output meets itself again: a push goes round for ever, times a each time.")

# %% [markdown]
# ## Exercise 1: delay


# %% tags=["exercise"] exercise="delay"
def delay(xs, steps=1):
    """The operator z⁻ᵏ: a sequence comes out k steps later. (6 minutes, difficulty 1 of 3)

    Args:
        xs: (T,) numbers, or (T, F) with F features at each step; time is axis 0.
        steps: k, a whole number, 0 or more.

    Returns:
        The same shape as xs: `result[t] = xs[t - steps]`, and zeros before the start.

    Example:
        xs = [1., 2., 3., 4.] and steps = 2 give [0., 0., 1., 2.].

    Edges: steps may be 0, and may be more than T; a ValueError that names `steps` where it is below
    0; NaN and infinity move as they are; no argument is changed.
    """
    ### BEGIN SOLUTION
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, got steps={steps}")
    out = np.zeros(xs.shape)
    for t in range(steps, len(xs)):
        out[t] = xs[t - steps]
    return out
    ### END SOLUTION


# %% tags=["check"] exercise="delay"
check("delay", delay)

# %% [markdown]
# ### What two delays know of a pendulum
#
# For small swings $\sin\theta \approx \theta$, and every solution is a cosine with the angular
# frequency $\omega = \sqrt{g/L}$. Looked at every $\Delta$ seconds, any cosine obeys
#
# $$\theta_t = 2\cos(\omega\Delta)\; \theta_{t-1} - \theta_{t-2} ,$$
#
# which is the sum formula for cosines. So two delays are enough, in theory: **autoregression** with
# two weights, as in chapter 1. Your `delay` makes the columns of the least squares, 256 pendulums
# side by side. We fit the true angles first, and then the angles as measured.

# %% tags=["experiment"]
if solved("delay"):
    law = 2 * np.cos(np.sqrt(9.81) * experiment.INTERVAL)
    exact = experiment.swings("small", 256, 30, seed=1).T  # (T, 256)
    measured = records["small"].learn.T
    print(f"The law for small swings: {law:.3f} and −1.")
    for name, xs in {"true angles": exact, "measured": measured}.items():
        a, b = experiment.autoregression(xs, 2, delay)
        print(f"Fitted to {name}: {a:.3f} and −{-b:.3f}.")
    lags = range(1, 11)
    by_lags = {
        kind: {k: experiment.autoregression_errors(record, k, delay) for k in lags}
        for kind, record in records.items()
    }
    best_lags = {kind: min(found, key=lambda k: found[k][0]) for kind, found in by_lags.items()}
    for kind, found in by_lags.items():
        print(f"{kind} swings, RMSE in rad over 2 s:", end=" ")
        print(*(f"{k} values {found[k][1]:.3f}" for k in (1, 2, 4, best_lags[kind])), sep=", ")

# %% [markdown]
# From the true angles least squares finds the law. From the measured ones it does not, though the
# error of a measurement is small: the columns hold errors too, and least squares shrinks the
# weights of columns that are partly noise. Two measured angles are a bad measurement of a velocity.
# More delays help, because ten angles together measure it better. For the large swings they do not
# help much. There the law has a sine in it, and no weighted sum is a sine.
#
# ## Loops: recurrences and their poles
#
# Put the delay into a loop: $y_t = x_t + a\, y_{t-1}$, or with operators $y = x + a z^{-1} y$.
# Solve it for $y$ as if $z^{-1}$ were a number:
#
# $$y = \frac{1}{1 - a z^{-1}}\; x = (1 + a z^{-1} + a^2 z^{-2} + \dots)\; x .$$
#
# The geometric series says what the loop does with a single push, a 1 followed by zeros: it answers
# $1, a, a^2, \dots$ This answer is the **impulse response**. It dies away if $|a| < 1$, and grows
# if $|a| > 1$. With more delays in the loop,
#
# $$y_t = \sum_{m=0}^{M-1} b_m\, x_{t-m} + \sum_{k=1}^{K} a_k\, y_{t-k} ,$$
#
# the denominator is $1 - a_1 z^{-1} - \dots - a_K z^{-K}$. Each of its roots in $z$, those of
#
# $$z^K - a_1 z^{K-1} - \dots - a_K = 0 ,$$
#
# is a **pole**. A pole $p$ brings a $p^t$ into the impulse response. A pair of complex poles
# $r e^{\pm i\varphi}$ brings $r^t \cos(\varphi t + c)$: a swing with $2\pi/\varphi$ steps in a
# period. So the size of the largest pole decides whether the loop is **stable**, that is, whether a
# push dies away; its angle decides how the answer swings.

# %% tags=["predict"]
push_guess = predict(
    "push",
    "y_t = x_t + 1.8 y_{t−1} − 0.9 y_{t−2}, at rest, gets a single push. What does it do?",
    {"a": "it dies away without a swing", "b": "it swings, less and less", "c": "it swings more"},
    choice=None,
)

# %% [markdown]
# ## Exercise 2: a linear recurrence


# %% tags=["exercise"] exercise="linear_recurrence"
def linear_recurrence(xs, feedforward, feedback):
    """A weighted sum of inputs and of earlier outputs. (12 minutes, difficulty 2 of 3)

    Args:
        xs: (T,) inputs.
        feedforward: (M,) weights of x[t], x[t − 1], …
        feedback: (K,) weights of y[t − 1], y[t − 2], …

    Returns:
        (T,) outputs: `y[t] = sum of feedforward[m] x[t − m] over m ≥ 0 + sum of
        feedback[k − 1] y[t − k] over k ≥ 1`. All that lies before the start is zero.

    Example:
        xs = [1., 0., 0., 0.], feedforward = [2.], feedback = [0.5, 1.] give
        [2., 1., 2.5, 2.25].

    Edges: K = 0 is allowed; M and K may exceed T; a series of whole numbers gives floats; M = 0 is
    a ValueError that names `feedforward`; no argument is changed.
    """
    ### BEGIN SOLUTION
    if len(feedforward) == 0:
        raise ValueError("feedforward needs at least one weight")
    ys = np.zeros(len(xs))
    for t in range(len(xs)):
        ys[t] = sum(b * xs[t - m] for m, b in enumerate(feedforward) if m <= t)
        ys[t] += sum(a * ys[t - k] for k, a in enumerate(feedback, start=1) if k <= t)
    return ys
    ### END SOLUTION


# %% tags=["check"] exercise="linear_recurrence"
check("linear_recurrence", linear_recurrence)

# %% [markdown]
# Five recurrences, drawn with their poles above and their impulse responses below. The circle is
# the border: all numbers of size 1.

# %% tags=["experiment"]
if solved("linear_recurrence"):
    push = np.eye(1, 40)[0]  # a 1, then zeros
    examples = {
        "0.8": [0.8],
        "−0.8": [-0.8],
        "1.8, −0.9": [1.8, -0.9],
        "1.8, −1": [1.8, -1.0],
        "1.8, −1.05": [1.8, -1.05],
    }
    drawn = {
        name: (experiment.poles_of(a), linear_recurrence(push, np.ones(1), np.array(a)))
        for name, a in examples.items()
    }
    poles.poles_and_responses(drawn, "step")
    plt.show()
    for name, (roots, answer) in drawn.items():
        largest = np.abs(answer[-10:]).max()
        print(f"{name}: largest pole {abs(roots[0]):.3f}; steps 30 to 39 reach {largest:.3g}.")
    push_guess.reveal("b", f"Its poles have the size {abs(drawn['1.8, −0.9'][0][0]):.3f}.")

# %% [markdown]
# ### Poles of real records
#
# The statistician Yule thought of the Sun as a pendulum that boys pelt with peas: a swing that
# would die away, pushed at random again and again. In 1927 he fitted a loop of two delays to the
# sunspots; it was the first autoregression. We repeat it, with the numbers from 1700 to 2008 less
# their mean, and do the same with the pendulums.

# %% tags=["experiment"]
if solved("delay", "linear_recurrence"):
    spots = datasets.sunspots_yearly()[1]
    series = {
        "Sun, 2 lags": ((spots - spots.mean())[:, None], 2),
        "Sun, 9 lags": ((spots - spots.mean())[:, None], 9),
        "true, 2": (exact, 2),
        "measured, 2": (measured, 2),
        "measured, 10": (measured, 10),
    }
    loops = {name: experiment.autoregression(xs, k, delay) for name, (xs, k) in series.items()}
    drawn = {
        name: (experiment.poles_of(a), linear_recurrence(push, np.ones(1), a))
        for name, a in loops.items()
    }
    poles.poles_and_responses(drawn, "step")
    plt.show()
    for name, (roots, _) in drawn.items():
        swinging = roots[np.abs(roots.imag) > 1e-9][0]
        period = 2 * np.pi / abs(np.angle(swinging))
        unit = f"{period:.1f} years" if "Sun" in name else f"{period / 10:.2f} s"
        print(f"{name}: size {abs(swinging):.3f}, period {unit}.")
    print(f"The law for small swings: size 1, period {2 * np.pi / np.sqrt(9.81):.2f} s.")

# %% [markdown]
# The true pendulum lies on the circle: without friction it neither dies away nor grows. Two lags of
# *measured* angles invent a friction that is not there; with ten lags it is gone. Remember
# it when you look at the Sun's two poles: sunspot numbers are measured too, and with nine lags the
# Sun rings longer than with two. Its period comes out near the eleven years that one counts on the
# curve.
#
# ## Recurrences over one step and over many
#
# Elman's network has one delay in its loop. It may have more: weights of its own for the state of
# one step ago, of two, up to $K$ steps,
#
# $$h_t = \tanh\Bigl(x_t W_x + \sum_{k=1}^{K} h_{t-k} W_h^{(k)} + b\Bigr).$$
#
# ## Exercise 3: recurrences over 1 to K steps


# %% tags=["exercise"] exercise="multi_step_elman"
def multi_step_elman(xs, W_x, W_hs, b):
    """An Elman network that looks back over 1 to K steps, by hand. (12 minutes, difficulty 2 of 3)

    Args:
        xs: (B, T, F) inputs, T at least 1.
        W_x: (F, U) input weights.
        W_hs: (K, U, U) recurrent weights: `W_hs[k - 1]` meets the state of k steps ago.
        b: (U,) bias.

    Returns:
        (B, T, U) all states. States before the start are zero.

    Example:
        xs = [[[1.], [0.], [0.]]], W_x = [[1.]], W_hs = [[[0.]], [[1.]]], b = [0.] give the states
        0.7616, 0, 0.6420: the push comes back after two steps.

    No ready recurrent layer, and no keras.layers.RNN around a cell of your own: the loop is the
    exercise. NumPy, keras.ops and TensorFlow are welcome.

    Edges: K may exceed T; K = 1 is the Elman network; no argument is changed.
    """
    ### BEGIN SOLUTION
    states = []
    for t in range(xs.shape[1]):
        total = xs[:, t] @ W_x + b
        for k in range(1, min(len(W_hs), t) + 1):
            total = total + states[t - k] @ W_hs[k - 1]
        states.append(np.tanh(total))
    return np.stack(states, axis=1)
    ### END SOLUTION


# %% tags=["check"] exercise="multi_step_elman"
check("multi_step_elman", multi_step_elman)

# %% [markdown]
# What does a longer loop give? One unit gets one push, through your function. The first network has
# a recurrence over one step with the weight 0.5, the second one over ten steps with the same
# weight. The rival has one step again, but the tenth root of the weight:
# $0.5^{1/10} \approx 0.933$.

# %% tags=["experiment"]
if solved("multi_step_elman"):
    loops_of_one = {
        "one step, weight 0.5": {1: 0.5},
        "ten steps, weight 0.5": {10: 0.5},
        "one step, weight 0.933": {1: 0.5**0.1},
    }
    left = {name: experiment.echo(multi_step_elman, w, 160) for name, w in loops_of_one.items()}
    poles.echoes(left)
    plt.show()
    for name, states in left.items():
        steps_left = np.flatnonzero(np.abs(states) > 1e-4)
        print(f"{name}: above 0.0001 at {len(steps_left)} steps, the last is {steps_left[-1]}.")

# %% [markdown]
# A loop over ten steps passes the weight once in ten steps, so the push lives ten times as long.
# The longer loop is not needed for that: a larger weight over one step keeps the push about as
# long. What differs is *when* it is heard: the long loop answers at every tenth step, and is silent
# in between. It has ten poles, evenly round a circle of radius 0.933. That may suit data with a
# season. Where all steps from 1 to $K$ have weights, the price is $K U^2$ of them in the place of
# $U^2$. How a gradient comes back through a loop, and when it vanishes, is the subject of
# chapter 6.
#
# ## The state
#
# Delays of $y$ are one way to keep the past. Engineers keep a *state*: a few numbers $x$ that move
# on by themselves and are pushed by the input $u$. Column vectors, as they write it:
#
# $$x_{t+1} = A x_t + B u_t, \qquad y_t = C x_t + D u_t .$$
#
# This is the **state-space model**. Every linear recurrence is one: put the last $K$ outputs and
# the last $M - 1$ inputs into $x$. Its poles are the eigenvalues of $A$. Mind the letters: here $x$
# is the state and $u$ the input. With $D = 0$ it is $h = f(h, x)$, $y = g(h)$ of chapter 2 with two
# linear functions. Its entries are **free parameters**: they need not come from physics, but can be
# fitted like the weights of a network.

# %% tags=["experiment"]
delays.state_space_diagram(plt.gca())
plt.show()
print("One delay holds the whole state. A closes the loop, and D goes past it.")

# %% [markdown]
# ## Exercise 4: run a state-space model


# %% tags=["exercise"] exercise="state_space"
def state_space(A, B, C, D, us, x0):
    """Run a linear state-space model along its inputs. (12 minutes, difficulty 2 of 3)

    Args:
        A: (N, N), B: (N, M), C: (P, N), D: (P, M), for column vectors.
        us: (T, M) inputs, T at least 1.
        x0: (N,) the first state.

    Returns:
        ys: (T, P), `ys[t] = C x_t + D u_t`, with x_t the state before u_t has moved it;
        x_T: (N,), the state after all T inputs.

    Example:
        A = [[0.5]], B = [[1.]], C = [[2.]], D = [[1.]], us = [[1.], [0.]], x0 = [4.] give
        ys = [[9.], [6.]] and x_T = [1.5].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    x, ys = x0, []
    for u in us:
        ys.append(C @ x + D @ u)
        x = A @ x + B @ u
    return np.stack(ys), x
    ### END SOLUTION


# %% tags=["check"] exercise="state_space"
check("state_space", state_space)

# %% [markdown]
# ### Free parameters, fitted by gradient
#
# The model of a pendulum reads the measured angle, $u_t$, and its output $C x_t$ is the forecast of
# it, made before it is read ($D = 0$). It is shown ten angles, one second. Then it reads its own
# forecasts, and must go on for twenty steps. The loss is the squared error over those twenty. Its
# gradient runs back through all steps to every entry of $A$, $B$ and $C$.
#
# Three models of this kind, and the autoregression from above as the rival that needs no gradient:
#
# - state space with 2 numbers (8 parameters);
# - state space with 16 numbers (288 parameters);
# - an Elman network with 16 numbers (305 parameters): the same with a tanh and biases.
#
# All are trained alike: 1,200 updates of Adam, six learning rates from 0.002 to 0.5, five seeds.
# For each model the rate with the least error on 128 further pendulums is used. The number of lags,
# 1 to 10, is chosen in the same way. The test is on 200 others, against their true angles.

# %% tags=["predict"]
model_guess = predict(
    "models",
    "Which of these will forecast the small swings worst, on average over its seeds?",
    {"a": "state space, 2 numbers", "b": "state space, 16 numbers", "c": "Elman, 16 numbers"},
    choice=None,
)

# %% tags=["experiment"]
if solved("delay", "state_space"):
    fitted = {
        (kind, name): experiment.fit_model(records[kind], name)
        for kind in progress(records, "records")
        for name in experiment.MODELS
    }

# %% tags=["experiment"]
if solved("delay", "state_space"):
    errors = {
        f"{kind.capitalize()} swings": {
            "autoregression": [by_lags[kind][best_lags[kind]][1]],
            **{name: fitted[kind, name].errors for name in experiment.MODELS},
        }
        for kind in records
    }
    floors = dict(zip(errors, naive_errors.values()))
    pendulum_models.errors_by_model(errors, floors)
    plt.show()
    for kind in records:
        print(f"{kind} swings, RMSE in rad, autoregression: {best_lags[kind]} lags", end="\n  ")
        print(*(f"{name}: {fitted[kind, name].told}" for name in experiment.MODELS), sep="\n  ")
    small = {name: np.mean(fitted["small", name].errors) for name in experiment.MODELS}
    letters = dict(zip(experiment.MODELS, "abc"))
    worst = max(small, key=lambda name: small[name])
    model_guess.reveal(letters[worst], f"Its error is ~{small[worst]:.3f} rad.")

# %% [markdown]
# Small swings obey a linear law, and a linear model is enough. The tanh gains nothing there, and
# the network has to learn to avoid its bend. (With 3,000 updates of twice the batch we saw it come
# to about 0.014 rad, close to the state space of 2 numbers.) Plain autoregression on ten lags does
# as well as anything that is trained, without a gradient. On large swings it is the other way
# round. With angles measured like this no linear model gets below the autoregression, with 2
# numbers or with 16; the Elman network does. The period of a pendulum grows with its swing. A
# linear model has a few periods, the same for all pendulums.
#
# A **phase portrait** shows what becomes of the swings: angle against angular velocity, a curve for
# each pendulum. The models are shown one second and then left alone for six, three times as long as
# they were trained for. For the linear model we use your function: with the matrices $A, B, C$
# while it reads, with $A + BC$ and no input once it reads its own forecasts.

# %% tags=["experiment"]
if solved("delay", "state_space"):
    steps, none = 60, np.zeros((1, 1))
    large, scale = records["large"], records["large"].scale
    long = experiment.swings("large", 200, experiment.SEEN + steps, seed=3)
    by_size = np.argsort(np.abs(long).max(axis=1))[[20, 80, 140, 190]]  # four of the 200
    shown = large.test[by_size, : experiment.SEEN] / scale
    A, B, C = experiment.control_matrices(fitted["large", "state space, 2 numbers"], 0)
    alone = []
    for angles in shown:
        _, x = state_space(A, B, C, none, angles[:, None], np.zeros(2))
        ys, _ = state_space(A + B @ C, B, C, none, np.zeros((steps, 1)), x)
        alone.append(scale * ys[:, 0])
    elman = fitted["large", "Elman, 16 numbers"]
    portraits = {
        "Truth": long[by_size, experiment.SEEN :],
        "State space, 2": np.stack(alone),
        "Elman, 16": scale * experiment.free_run(elman, 0, shown, steps),
    }
    pendulum_models.phase_portraits(portraits, experiment.INTERVAL)
    plt.show()
    for name, angles in portraits.items():
        begun, ended = (
            np.abs(angles[:, part]).max(axis=1) for part in (slice(20), slice(-20, None))
        )
        print(f"{name}: the last swing over the first:", *(f"~{r:.2f}" for r in ended / begun))

# %% [markdown]
# The true curves close: nothing is lost. A linear model of two numbers multiplies every swing by
# the same factor in the same time, here by about 0.75, and gives all of them one period. (A likely
# reason why it shrinks them: where the period is wrong, a smaller swing is a smaller error.) The
# Elman network draws the swings towards one another: the largest shrinks a little, the others grow,
# the smallest by a third. It was trained on two seconds, and on few small swings.
#
# ## Memory as a place to fall into: Hopfield networks
#
# So far a state was kept by a pole near the circle, and what it held was a *movement*. In the 1970s
# and 80s another answer was found: a network of $\pm 1$ units that settles, and whose resting
# places *are* the memories. Little (1974), Amari (1972) and Hopfield (1982) studied it; it carries
# the name of the last, the **Hopfield network**. Its state is its output, it has no input but its
# first state, and its weights are not trained by gradient: **Hebb's rule** adds the outer product
# of each pattern $p$ with itself,
#
# $$W = \frac{1}{N} \sum_p p\, p^{\mathsf T}, \qquad W_{ii} = 0 .$$
#
# Two units that agree in a pattern support each other, two that differ inhibit each other. Our
# patterns are real digits of 8 by 8 pixels: ink is 1, paper −1, so $N = 64$.
#
# ## Exercise 5: Hebb's rule


# %% tags=["exercise"] exercise="hopfield_weights"
def hopfield_weights(patterns):
    """The weights of a Hopfield network by Hebb's rule. (8 minutes, difficulty 1 of 3)

    Args:
        patterns: (P, N) of 1 and −1, of any numeric dtype, int8 included; P at least 1.

    Returns:
        (N, N): the sum of the outer products of each pattern with itself, divided by N; the
        diagonal is zero.

    Example:
        patterns = [[1, -1], [1, 1], [1, -1]] gives [[0., -0.5], [-0.5, 0.]].

    Edges: a ValueError that names `patterns` where an entry is neither 1 nor −1, NaN included; all
    entries may be equal; no argument is changed.
    """
    ### BEGIN SOLUTION
    if not np.isin(patterns, (1, -1)).all():
        raise ValueError("patterns must hold 1 and -1 only")
    p = np.asarray(patterns, dtype=float)
    W = p.T @ p / p.shape[1]
    np.fill_diagonal(W, 0.0)
    return W
    ### END SOLUTION


# %% tags=["check"] exercise="hopfield_weights"
check("hopfield_weights", hopfield_weights)

# %% [markdown]
# ### Why it settles
#
# One unit after the other takes the sign of its input $f_i = \sum_j W_{ij} s_j$. Give every state
# an **energy**,
#
# $$E(s) = -\tfrac12 \sum_{ij} s_i W_{ij} s_j .$$
#
# Suppose that unit $i$ turns from $s_i$ to $-s_i$. With $W_{ij} = W_{ji}$ and $W_{ii} = 0$ only the
# terms with $i$ change, and $E$ changes by $2 s_i f_i$. The unit turned because $s_i$ and $f_i$ had
# opposite signs, so this is negative. Each turn lowers the energy. There are finitely many states,
# so the turning ends, in a state that no single unit wants to leave. For a stored pattern and few
# others beside it, $f_i \approx p_i$: the pattern is such a state.
#
# ## Exercise 6: recall


# %% tags=["exercise"] exercise="hopfield_recall"
def hopfield_recall(W, state, order):
    """Ask one unit after the other to take the sign of its input. (12 minutes, difficulty 2 of 3)

    Args:
        W: (N, N) weights; W[i, j] leads from unit j to unit i. It may be asymmetric, and its
            diagonal counts.
        state: (N,) of 1 and −1.
        order: (K,) whole numbers: the units in the order in which they are asked. A unit may
            stand in it several times, or never; K may be 0.

    Returns:
        (N,) the state after the last of them. Each unit sees what those before it have become.

    Example:
        W = [[0, -1], [-1, 0]], state = [1, 1], order = [0, 1] gives [-1, 1]: unit 0 turns, and then
        unit 1 has no reason to.

    Edges: an input of exactly 0 leaves the unit as it is; a ValueError that names `order` for a
    number outside 0 to N − 1; no argument is changed.
    """
    ### BEGIN SOLUTION
    if len(order) and (np.min(order) < 0 or np.max(order) >= len(state)):
        raise ValueError(f"order must hold numbers from 0 to {len(state) - 1}")
    s = np.array(state, dtype=float)
    for i in order:
        field = W[i] @ s
        if field > 0:
            s[i] = 1.0
        elif field < 0:
            s[i] = -1.0
    return s
    ### END SOLUTION


# %% tags=["check"] exercise="hopfield_recall"
check("hopfield_recall", hopfield_recall)

# %% [markdown]
# Three real digits are stored, a 0, a 1 and a 7, chosen because they are unlike. In each we turn
# ten of the 64 pixels, and recall: every unit is asked twice, in a random order.

# %% tags=["experiment"]
images, labels = datasets.digits()
pool = experiment.digit_patterns(images)  # (1797, 64)
stored = pool[[int(np.argmax(labels == digit)) for digit in (0, 1, 7)]]
if solved("hopfield_weights", "hopfield_recall"):
    W = np.asarray(hopfield_weights(stored))
    films, energies = [], []
    for seed, pattern in enumerate(stored):
        begun = pattern.copy()
        begun[np.random.default_rng(seed).permutation(64)[:10]] *= -1
        states, energy = experiment.recall_steps(W, begun, hopfield_recall, seed=seed)
        films.append(states)
        energies.append(energy)
    hopfield.recall_film(films, energies, stored, (0, 16, 32, 64, 128))
    plt.show()
    for digit, states, pattern, energy in zip((0, 1, 7), films, stored, energies):
        wrong = [int((states[k] != pattern).sum()) for k in (0, 32, 64, 128)]
        print(f"{digit}: wrong pixels after 0, 32, 64, 128 units {wrong};", end=" ")
        at_home = experiment.energy(W, pattern)
        print(f"energy {energy[0]:.1f} to {energy[-1]:.1f}, stored {at_home:.1f}")
    agree = (1 + np.mean(pool[:500] @ pool[-500:].T) / 64) / 2
    print(f"Two digits agree in {agree:.0%} of their pixels on average.")

# %% [markdown]
# The 0 and the 7 come back. The 1 does not: the state rolls downhill into another resting place,
# which nobody stored. Its energy is lower than that of all three digits: it is the vote of the
# three, pixel by pixel. We come back to such places below.
#
# ### How many digits can it hold?
#
# Now more patterns, with six pixels turned in each, and a strict measure: does the pattern come
# back whole? Four curves, ten draws each:
#
# - real digits, stored by Hebb's rule;
# - random patterns of 64 coin tosses, stored by Hebb's rule;
# - the same digits with another rule, $W = P^{+} P$ with $P^{+}$ the pseudo-inverse (Personnaz,
#   Guyon and Dreyfus, 1985), which lets every stored pattern reproduce itself exactly;
# - the simplest rival, no network at all: keep the list of patterns and take the one that agrees in
#   most pixels.

# %% tags=["predict"]
digit_guess = predict(
    "digits",
    "64 units, Hebb's rule. From how many stored real digits on will fewer than half come back?",
    {"a": "3 or 4", "b": "5 to 10", "c": "more than 10"},
    choice=None,
)

# %% tags=["experiment"]
if solved("hopfield_weights", "hopfield_recall"):
    counts = (1, 2, 3, 4, 6, 8, 10, 14, 20)
    ways = experiment.recalled_by_count(counts, pool, hopfield_weights, hopfield_recall)
    hopfield.shares_recalled(counts, ways)
    plt.show()
    for name, shares in ways.items():
        print(f"{name}:", *(f"{n} ~{s:.0%}" for n, s in zip(counts, shares.mean(axis=1))), sep="  ")
    half = counts[int(np.argmax(ways["digits, Hebb"].mean(axis=1) < 0.5))]
    digit_guess.reveal("a" if half <= 4 else "b" if half <= 10 else "c", f"It is {half}.")

# %% [markdown]
# Digits are alike: nearly all have paper at the left and right edge, and two of them agree in far
# more than half of their pixels. Hebb's rule adds what they share again and again. The
# pseudo-inverse takes it out. And the plain list brings back nearly all, with less memory: $P N$
# bits, where the network has $N^2/2$ weights. Both find a memory by its content. What the network
# has to offer is not economy: it does so without a search, each unit by its own inputs alone.
#
# ### What it remembers that nobody stored
#
# If $p$ is a resting place, so is $-p$: turning all signs leaves the energy as it is. And there are
# mixtures, such as the sign of $p_1 + p_2 + p_3$, the vote of three patterns in each pixel. These
# are examples of a **spurious state**. We start the network of three digits 300 times in random
# states.

# %% tags=["experiment"]
if solved("hopfield_weights", "hopfield_recall"):
    shares, often = experiment.ends_of_recall(stored, W, hopfield_recall)
    title = f"{shares['stored']:.0%} of random starts end in a digit that was stored"
    hopfield.pictures({f"{kind}: {shares[kind]:.0%}": often[kind] for kind in often}, title)
    plt.show()
    print("Of 300 random starts:", *(f"{kind} {share:.0%}" for kind, share in shares.items()))

# %% [markdown]
# ### The limit
#
# How many patterns can $N$ units hold? For random patterns physics has an answer: with $N$ going to
# infinity, stored patterns are resting places, but for a few wrong units, up to
# $P/N \approx 0.138$, and above it none is (Amit, Gutfreund and Sompolinsky, 1985). They are lost
# all at once.
#
# We measure it with 1,024 units. The network starts *on* a stored pattern and settles; the pattern
# counts as remembered if the last state still has an **overlap** $s \cdot p / N$ above 0.9. The
# rule, written down before the run, looks 0.02 to either side of 0.14: at 0.12 nearly all should be
# remembered, at 0.16 less than half. The control is what the theory does not speak of, as many real
# digits, enlarged to 32 by 32 pixels.

# %% tags=["experiment"]
if solved("hopfield_weights", "hopfield_recall"):
    loads, big = (0.04, 0.08, 0.12, 0.14, 0.16, 0.2), experiment.enlarged(images)
    kept_at = experiment.kept_by_load(loads, big, hopfield_weights, hopfield_recall)
    kinds = list(kept_at)
    hopfield.capacity(loads, kept_at)
    plt.show()
    for kind, each in kept_at.items():
        print(f"{kind}:", *(f"{a} {s:.0%}" for a, s in zip(loads, each.mean(axis=1))), sep="  ")
    halves = {k: experiment.half_forgotten(loads, v.mean(axis=1)) for k, v in kept_at.items()}
    print(f"Half are forgotten at {halves[kinds[0]]:.3f} patterns a unit with 1,024 units.")

# %% tags=["experiment"]
if solved("hopfield_weights", "hopfield_recall"):
    below_line, above_line = "remembered at 0.12", "remembered at 0.16"
    share = "of stored random patterns, 1,024 units, overlap above 0.9; patterns a unit:"
    limit_claim = claim(
        "O1",
        statement="A Hopfield network of 1,024 units forgets above 0.14 random patterns a unit.",
        source="Amit, Gutfreund and Sompolinsky (1985), for infinitely many units",
        metric={below_line: f"share {share} 0.12", above_line: f"share {share} 0.16"},
        rule=[above(below_line, 0.9), below(above_line, 0.5)],
        control="as many real digits of 32 by 32 pixels, which are alike",
        control_metric={"digits remembered at 0.12": "share of stored digits, the same otherwise"},
        control_rule=[below("digits remembered at 0.12", 0.5)],
        seeds=range(5),
    )
    at = {load: kept_at[kinds[0]][loads.index(load)] for load in (0.12, 0.16)}
    limit = limit_claim.measure(
        lambda seed: {below_line: at[0.12][seed], above_line: at[0.16][seed]},
        control=lambda seed: kept_at[kinds[2]][loads.index(0.12)][seed],
    )
    limit.card()

# %% [markdown]
# At 0.12 all is kept. Above the line the network does forget, but at this size not all at once: at
# 0.16 about half of the patterns are still there. With 128 units the fall is gentler: it begins
# earlier, at 0.12, and half are still there at 0.2. The sharp edge is a statement about infinitely
# many units; of our two sizes the larger one falls more steeply. Real digits break the assumption
# that pixels are independent coins, and none of those we tried is kept at these loads.
#
# ## What a trained network is
#
# A Hopfield network is built so that each memory is a **fixed point**: a state that a step maps to
# itself. Is a *trained* recurrent network something else? Take the smallest memory there is. Rare
# pulses of +1 or −1 come in, and the network has to say at every step which sign came last. An
# Elman network of two units learns it by gradient, on sequences of 30 steps.
#
# Without input the step is $h' = \tanh(h W_h + b)$. We look for $h$ with $h' = h$ by Newton's
# method, from 200 random states; it may miss some. A fixed point is stable if states close by come
# back to it. The step near it is nearly linear: its matrix is the **Jacobian**, all derivatives of
# $h'$ by $h$, here $W_h \operatorname{diag}(1 - h^2)$. Its eigenvalues are the poles. All of them
# inside the circle: stable.

# %% tags=["predict"]
points_guess = predict(
    "points",
    "How many fixed points will the trained network of two units have?",
    {"a": "one", "b": "two", "c": "three"},
    choice=None,
)

# %% tags=["experiment"]
if solved("multi_step_elman"):
    memories = experiment.flip_flop()
    untrained = StateModels(2, True, memories.rates, memories.seeds)
    given, last_sign = experiment.pulses(200, 300, seed=9)
    right = np.mean(np.sign(memories.outputs(given)[0]) == last_sign, axis=(1, 2))
    planes, counted = [], {"Trained": [], "Untrained": []}
    for name, models in {"Trained": memories, "Untrained": untrained}.items():
        for seed in memories.seeds:
            W_x, W_h, b, *_ = models.weights(0.03, seed)
            points = fixed_points(W_h, b)
            counted[name].append((sum(p.stable for p in points), sum(not p.stable for p in points)))
            if seed == 0:
                run = multi_step_elman(given[:1, :60, None], W_x, W_h[None], b)[0]
                planes.append((name, W_h, b, points, np.asarray(run)))
    flow.planes(planes)
    plt.show()
    for name, each in counted.items():
        print(f"{name}: (stable, unstable) fixed points of five networks:", *each)
    print(f"Right signs over 300 steps: ~{right.min():.1%} in the worst of the trained ones.")
    usual = max(counted["Trained"], key=counted["Trained"].count)
    points_guess.reveal({1: "a", 2: "b"}.get(sum(usual), "c"), f"(stable, unstable): {usual}.")

# %% [markdown]
# Two stable points hold the two signs; between them lies a third, unstable in one direction and
# stable in the other, a **saddle**. A pulse of the other sign pushes the state over the border, and
# without a pulse it falls back into the point on its side. That is why 300 steps are no harder than
# 30. Of the untrained networks most have one point alone, at which every memory ends. So the
# trained network has become, by gradient, what Hopfield built by hand: memories are places to fall
# into.
#
# And the pendulums' models, what are they? Close each one's loop as it runs, with its own forecast
# as its input. The linear model's poles are the eigenvalues of $A + BC$. The Elman network's are
# those of the Jacobian at a fixed point. A real pendulum at rest has poles *on* the circle: a push
# neither grows nor dies away. Both models were trained on small swings.

# %% tags=["experiment"]
if solved("delay", "state_space"):
    linear, bent = (fitted["small", f"{name} numbers"] for name in ("state space, 2", "Elman, 16"))
    print(f"The law for small swings: size 1, period {2 * np.pi / np.sqrt(9.81):.2f} s")
    for seed in range(5):
        A, B, C = experiment.control_matrices(linear, seed)
        pole = np.linalg.eigvals(A + B @ C)[0]
        period = experiment.INTERVAL * 2 * np.pi / abs(np.angle(pole))
        points = fixed_points(*experiment.closed_loop(bent, seed))
        least = min(abs(point.eigenvalues[0]) for point in points)
        print(f"Seed {seed}: linear ~{abs(pole):.3f}, ~{period:.2f} s;", end=" ")
        print(f"Elman: ~{len(points)} points found, largest pole of each ~{least:.2f} or more")

# %% [markdown]
# Physics can be read from the linear model: no friction, and the period of a pendulum of one metre.
# The Elman network forecasts two seconds of the same swings, and yet at every fixed point that was
# found some push grows, by a factor of 1.07 a step or more. There it is no pendulum at rest. A
# forecast that is right where the data lie says little about what the model is elsewhere.
#
# ## Repair
#
# This is the sweep over all units as it stands in many tutorials: one line, and fast. It raises no
# error. But the energy argument above does not hold for it, and most of the networks below still
# turn after 40 sweeps. Run the cell, find out which step of the argument is broken, and mend the
# function until all networks come to rest.


# %% tags=["repair"]
def sweep_to_repair(W, state):
    """Ask every unit once."""
    return np.sign(W @ state)


# %% tags=["experiment"]
turning = experiment.still_turning(sweep_to_repair, range(20))
pair = np.array([1.0, -1.0])
swapping = np.array([[0.0, 1.0], [1.0, 0.0]])
print("Two units that support each other, from (1, −1):", end=" ")
print(*(sweep_to_repair(swapping, s) for s in (pair, sweep_to_repair(swapping, pair))), sep=", ")
print(
    "Mended: all 20 random networks come to rest."
    if turning == 0
    else f"Not mended yet: {turning} of 20 random networks still turn in the 40th sweep."
)

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# `np.sign(W @ state)` turns all units at once, each by what the others *were*. The change of the
# energy was computed for one unit that turns while the others stay. Two units that support each
# other and differ will both turn, and differ again, for ever. Ask one unit after the other, each by
# the state as it is by then: `hopfield_recall(W, state, np.arange(len(state)))`. There is a second
# mistake in the line: where an input is exactly 0, `np.sign` gives 0, which is no state.
#
# </details>
#
# ## What we measured
#
# - Two delays know all of a small swing. From angles that are measured with an error, least squares
#   on two lags invents a friction; on ten lags it does not.
# - Where the law is nearly linear, plain autoregression with ten lags is as good as what is fitted
#   by gradient, and after 1,200 updates the Elman network is worse. On large swings, measured with
#   an error, the Elman network has about a third of the error of every linear model that we tried.
#   A larger linear state does not help.
# - A recurrence over ten steps keeps a push ten times as long; so does a larger weight over one.
# - With Hebb's rule 64 units hold two real digits, or about six random patterns. With the
#   pseudo-inverse they hold ten digits. A plain list holds nearly all that we tried, 20.
# - Of the random starts a third ends in a stored digit, a third in a reversed one, and a third in a
#   mixture.
# - With 1,024 units random patterns are kept up to the theory's limit, and forgotten gradually
#   above.
# - A trained memory of one bit has two stable fixed points and a saddle between them. A model that
#   forecasts a pendulum need not be one inside: the linear one is, the Elman network is not.
#
# ## For those who are fast
#
# No points, and no check.
#
# 1. *A comb.* Write $1 + z^{-1} + \dots + z^{-10}$ as a loop with two delays, one of 1 and one of
#    11 steps, and compare its impulse response with the sum's, by `linear_recurrence`.
# 2. *Friction.* Give small swings a damping of 0.3 per second (`datasets.pendulums`, with
#    `damping=0.3, swing=(0.1, 0.4)`), fit ten lags and read the damping from the size of the
#    largest pole: $r = e^{-\gamma\Delta/2}$. What do large swings, the default, do to it?
# 3. *Zero temperature and above.* Let a unit turn by chance, with the probability
#    $1/(1 + e^{-2 f_i s'_i/T})$ for the sign $s'_i$. Which share of the random starts ends in a
#    mixture for $T = 0.1, 0.2, 0.4$?
#
# ## Remember
#
# <details><summary>What is z⁻¹?</summary>
# The operator that delays a sequence by one step. Operators can be added and multiplied; z⁻¹ twice
# is z⁻².
# </details>
#
# <details><summary>What do the poles of a loop tell?</summary>
# How a push fades and swings: size below 1 dies away, above 1 grows; the angle gives the period.
# </details>
#
# <details><summary>What is a state-space model with free parameters?</summary>
# x' = A x + B u, y = C x + D u, with entries that are fitted to a record, by gradient for example.
# With a tanh it becomes an Elman network.
# </details>
#
# <details><summary>When is a linear model enough?</summary> When the law is linear where the data
# lie. Measure it: a larger state does not make up for the bend that is missing.
# </details>
#
# <details><summary>Why does a Hopfield network settle?</summary> Each turn of one unit lowers the
# energy, if the weights are symmetric and one unit turns at a time.
# </details>
#
# <details><summary>How many patterns does it hold?</summary>
# About 0.138 N random ones for large N; far fewer that are alike. A plain list holds more.
# </details>
#
# <details><summary>How can a network hold a bit for ever?</summary>
# With two stable fixed points, one for each value, and a border between them.
# </details>
#
# ## Read more
#
# - G. U. Yule, *On a method of investigating periodicities in disturbed series*, Philosophical
#   Transactions of the Royal Society A, 1927. The first autoregression, on sunspots.
# - R. E. Kalman, *A new approach to linear filtering and prediction problems*, Journal of Basic
#   Engineering, 1960. The state of control engineers.
# - J. J. Hopfield, *Neural networks and physical systems with emergent collective computational
#   abilities*, PNAS, 1982.
# - D. J. Amit, H. Gutfreund and H. Sompolinsky, *Storing infinite numbers of patterns in a
#   spin-glass model of neural networks*, Physical Review Letters, 1985. The 0.138.
# - L. Personnaz, I. Guyon and G. Dreyfus, *Information storage and retrieval in spin-glass like
#   neural networks*, Journal de Physique Lettres, 1985.
# - D. Sussillo and O. Barak, *Opening the black box*, Neural Computation, 2013. Fixed points of
#   trained networks.
