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
# # 1 · Windows and baselines
#
# After this chapter you can turn any series into examples for a network, choose between models
# without looking at the test, and say with a number whether the network was worth it.
#
# *Topics:* networks of a fixed size, sliding windows, the whole sequence in one network,
# forecasts in real time, energy sensors.
# *Claims measured:* snapshots lack context; a whole-sequence network needs too many parameters and
# too much memory; convolutional networks surprise on simple tasks.
# *Next:* chapter 2, the Elman cell.

# %% tags=["setup"]
import time
from collections import deque

import matplotlib.pyplot as plt
import numpy as np

from course_utils import check, predict, solved
from course_utils.start import start

start(seed=1)  # loads TensorFlow, fixes the random seeds, sets the style of the figures

import keras
import tensorflow as tf
from keras import layers

from course_utils import datasets
from course_utils.experiments import ch01_windows_and_baselines as experiment
from course_utils.plots import baselines, diagrams

# %% [markdown]
# ## The question
#
# On Mauna Loa, a volcano in Hawaii, the carbon dioxide in the air has been measured since 1958.
# Every week gives one number, in parts per million (**ppm**). Plants take up CO₂ in summer and give
# it back in winter, so the number rises and falls once a year, on top of a steady climb.
#
# **You see the last weeks. Can you forecast the value one season ahead, 13 weeks from now? And does
# a neural network do it better than a forecast that costs nothing?**
#
# Look at the data before you model them. Some weeks are missing.

# %% tags=["experiment"]
dates, ppm = datasets.co2_weekly()
missing = np.isnan(ppm)
week = np.arange(len(ppm))
filled = np.interp(week, week[~missing], ppm[~missing])

baselines.gaps(dates, ppm, filled)
plt.show()

runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], missing, [0]]))))[::2]
print(f"{len(ppm)} weeks, {dates[0]} to {dates[-1]}: {np.nanmin(ppm)} to {np.nanmax(ppm)} ppm.")
gaps = f"{len(runs)} gaps; the longest has {runs.max()} weeks"
print(f"{missing.sum()} weeks are missing, in {gaps}.")

# %% [markdown]
# A gap must become a number before a model sees it. You fill it with a straight line from the last
# measured week to the next one: linear **interpolation**. It invents values, so you use it for
# inputs and never to judge a forecast. The years from 1990 on, on which every forecast is judged,
# have no gap at all.
#
# The climb is a second trap. In the nineties four weeks of five are higher than all weeks before,
# and from the end of 1994 on every one. A model
# that is fitted to the years up to 1989 never met such numbers. So you look at the **swing**: how
# far each week lies above the mean of the 52 weeks that end with it. The swing needs no future
# value, and it stays on the same scale for all forty years.
#
# A second series will keep you honest: the yearly number of **sunspots**, where the cycle is not
# tied to any calendar.

# %% tags=["experiment"]
YEAR, SEASON = 52, 13  # weeks
swing = filled[YEAR - 1 :] - np.convolve(filled, np.ones(YEAR) / YEAR, mode="valid")
swing_dates = dates[YEAR - 1 :]
years, spots = datasets.sunspots_yearly()

first_week = int(np.searchsorted(swing_dates, np.datetime64("1990-01-01")))  # of the test years
first_year = int(np.searchsorted(years, 1930))

baselines.two_series(swing_dates, swing, first_week, years, spots, first_year)
plt.show()
print(f"Swing: {len(swing)} weeks, {swing.min():.1f} to {swing.max():.1f} ppm.")
print(f"Sunspots: {len(spots)} years, {spots.min():.0f} to {spots.max():.0f}.")
print(f"Right of the dotted lines you test: {len(swing) - first_week} weeks from 1990 on,")
print(f"and {len(spots) - first_year} years from 1930 on. Nothing is fitted to them.")

# %% [markdown]
# Before any model comes a **baseline**: a forecast that costs nothing and that every model must
# beat. The simplest is the **naive forecast**: the future is like the last value you saw. The other
# one says that the future is the mean of the past. You measure a forecast by the root of its mean
# squared error (**RMSE**), in the unit of the series.


# %% tags=["experiment"]
def rmse(forecast, truth):
    """The root of the mean squared error, in the unit of the series."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - np.asarray(truth)) ** 2)))


swing_truth, spots_truth = swing[first_week:], spots[first_year:]
naive_ppm = rmse(swing[first_week - SEASON : -SEASON], swing_truth)
mean_ppm = rmse(swing[:first_week].mean(), swing_truth)
naive_spots = rmse(spots[first_year - 1 : -1], spots_truth)
print(f"CO₂, 13 weeks ahead: the last value is off by {naive_ppm:.2f} ppm,")
print(f"                     the mean of the past by  {mean_ppm:.2f} ppm.")
print(f"Sunspots, next year: the last value is off by {naive_spots:.1f} spots.")
for weeks in (4, SEASON, 26, YEAR):
    alike = np.corrcoef(swing[:-weeks], swing[weeks:])[0, 1]
    print(f"Correlation of the swing with itself {weeks:2d} weeks later: {alike:+.2f}")

# %% [markdown]
# For CO₂ the naive forecast is worse than the mean. Half a year on, what is high now will be low:
# the correlation is −0.8. A quarter of a year on, the cycle has moved by a quarter, and the
# correlation is near 0: whether a week is high or low says nothing about its value one season
# later. A forecast that repeats it anyway adds one error to another.
#
# ## The idea: a sliding window
#
# A **feed-forward network** takes a fixed number of inputs: its first weight matrix has one row for
# each. A series has as many values as there were weeks, and next week it has one more. The way
# round this is the **sliding window**. You show the network the last few values, and ask for one
# value that comes later; then you move one step on and do the same again:
#
# $$(x_1, x_2, x_3) \to x_4, \qquad (x_2, x_3, x_4) \to x_5, \qquad \dots$$
#
# The number of values in the window is its **width** $w$. The distance from the last value in the
# window to the one you want, the **target**, is the **horizon** $k$. With indices from 0, window
# $i$ and its target are
#
# $$x_i, \dots, x_{i+w-1} \;\to\; x_{i+w+k-1}, \qquad i = 0, 1, \dots, T - w - k .$$
#
# In the drawing the inputs are green, as in every figure of this course, and the target is black:
# it is a value that was observed.

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7, 3))
diagrams.window(ax, width=4, horizon=2)
ax.set_title("Two neighbouring windows of width 4 with horizon 2")
plt.show()
print("Window 0 holds the values 0 to 3 and asks for value 5; window 1 is one step later.")

# %% [markdown]
# ## Exercise 1: cut a series into windows
#
# A series may hold one number per step, or several **features**: a temperature beside a power, say.
# Your function takes both.


# %% tags=["exercise"] exercise="make_windows"
def make_windows(series, width, horizon=1):
    """Cut a series into overlapping windows and their targets. (15 minutes, difficulty 2 of 3)

    Args:
        series: (T,) one number per step, or (T, F) with F features per step.
        width: how many steps a window has, 1 or more.
        horizon: how many steps the target lies after the window's last step, 1 or more.

    Returns:
        inputs: (N, width) or (N, width, F), one window per row, oldest step first.
        targets: (N,) or (N, F); `targets[i]` is step i + width + horizon - 1 of the series.
        There is a window at every start where its target still exists: N = T - width - horizon + 1.

    Raises:
        ValueError: width is below 1, horizon is below 1, or no window fits; it names what is wrong.

    Example:
        series [10, 20, 30, 40, 50], width 2, horizon 2 gives
        inputs [[10, 20], [20, 30]] and targets [40, 50].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if width < 1:
        raise ValueError(f"width must be at least 1, but is {width}")
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, but is {horizon}")
    count = len(series) - width - horizon + 1
    if count < 1:
        raise ValueError(
            f"no window fits: width {width} and horizon {horizon} need {width + horizon} steps, "
            f"but the series has {len(series)}"
        )
    inputs = np.stack([series[i : i + width] for i in range(count)])
    return inputs, series[width + horizon - 1 :]
    ### END SOLUTION


# %% tags=["check"] exercise="make_windows"
check("make_windows", make_windows)

# %% [markdown]
# Use it at once. The smallest window has width 1: one value, a **snapshot**. Plot each week's value
# against the value 13 weeks later.

# %% tags=["experiment"]
if solved("make_windows"):
    recent, later = (np.asarray(each) for each in make_windows(swing, 5, horizon=SEASON))
    now, rising = recent[:, -1], recent[:, -1] > recent[:, 0]  # against four weeks before
    baselines.two_futures(now, later, rising)
    plt.show()
    near_zero = np.abs(now) < 0.5
    print(f"Of {near_zero.sum()} weeks with a swing near 0 ppm, a season later the mean swing is")
    up, down = near_zero & rising, near_zero & ~rising
    print(f"{later[up].mean():+.1f} ppm after the {up.sum()} that rise,")
    print(f"{later[down].mean():+.1f} ppm after the {down.sum()} that fall.")

# %% [markdown]
# The points form a ring. At a swing of zero the future is high or low, and the value itself does
# not tell which. The direction does: is the week above or below the week four weeks before it? A
# direction takes at least two values.
#
# Commit to an answer. Write your letter into `choice` and run the cell.

# %% tags=["predict"]
context_guess = predict(
    "context",
    "Two networks with 337 weights each forecast the swing 13 weeks ahead. One sees the last week, "
    "the other the last 26 weeks. How large is the second one's error?",
    {
        "a": "about the same: the last week matters most",
        "b": "about a third of the first one's",
        "c": "about a twentieth of the first one's",
    },
    choice=None,
)

# %% [markdown]
# ## Exercise 2: the baseline that knows the calendar
#
# A yearly cycle invites a better free forecast: the value of the same week one year ago. This
# is the **seasonal naive forecast**. To forecast further than one season, it repeats the last
# season as often as it must.


# %% tags=["exercise"] exercise="seasonal_naive"
def seasonal_naive(history, season, steps):
    """Forecast that everything comes back one season later. (5 minutes, difficulty 1 of 3)

    Args:
        history: (T,) everything seen so far, oldest first.
        season: the length of a season in steps, from 1 to T.
        steps: how many steps to forecast, 1 or more.

    Returns:
        (steps,) step k is the value one season before it in the series that continues `history`:
        the last season in its own order, and again from its beginning where steps are left.

    Raises:
        ValueError: season is above T, or steps is below 1; it names the argument.

    Example:
        history [1, 2, 7, 8, 9], season 3, steps 4 gives [7, 8, 9, 7].

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    if season > len(history):
        raise ValueError(f"season must be at most {len(history)}, but is {season}")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, but is {steps}")
    return history[len(history) - season + np.arange(steps) % season]
    ### END SOLUTION


# %% tags=["check"] exercise="seasonal_naive"
check("seasonal_naive", seasonal_naive)

# %% tags=["experiment"]
mean_year = experiment.mean_year(swing_dates, swing, first_week, SEASON)
year_ppm = rmse(mean_year, swing_truth)
if solved("seasonal_naive"):
    calendar = [
        np.asarray(seasonal_naive(swing[: now + 1], YEAR, SEASON))[-1]
        for now in range(first_week - SEASON, len(swing) - SEASON)
    ]
    seasonal_ppm = rmse(calendar, swing_truth)
    cycle = [
        np.asarray(seasonal_naive(spots[:now], 11, 1))[0] for now in range(first_year, len(spots))
    ]
    seasonal_spots = rmse(cycle, spots_truth)
    shown = slice(first_week, first_week + 3 * YEAR)
    forecasts = {"13 weeks ago": swing[first_week - SEASON :], "mean year": mean_year}
    baselines.swing_forecasts(swing_dates[shown], swing[shown], forecasts)
    plt.show()
    print(f"CO₂: a year ago {seasonal_ppm:.2f} ppm, the mean year {year_ppm:.2f};", end=" ")
    print(f"the last value {naive_ppm:.2f}, the mean {mean_ppm:.2f}.")
    print(f"Sunspots, 11 years back: {seasonal_spots:.1f} spots; the last value {naive_spots:.1f}.")

# %% [markdown]
# For CO₂ the calendar forecasts well. One past year, though, brings its own weather along. The
# **mean year** averages the same week over all years before, and so most of the weather cancels. It
# does not look at the recent weeks at all, and it is the free forecast that is hardest to beat.
#
# For sunspots the value 11 years back loses to the last value, because the cycle takes 9 to 14
# years. A baseline is part of the measurement: look for the strongest one before you build a model.
#
# ## Exercise 3: a straight line through the window
#
# The first model that learns is linear. It weighs each value of the window and adds a constant,
# the **intercept**:
#
# $$\hat y = w_0 x_i + w_1 x_{i+1} + \dots + w_{w-1} x_{i+w-1} + b .$$
#
# A model that forecasts a series from its own past values in this way is an **autoregression**
# (Yule, 1927, invented it for sunspots). You choose weights and intercept by **least squares**: the
# sum of the squared errors over all windows is as small as it can be.
#
# One case needs care. Where one input is a combination of others, or there are fewer windows than
# weights, many sets of weights fit equally well: the inputs are **collinear**. Return any of them.


# %% tags=["exercise"] exercise="fit_autoregression"
def fit_autoregression(inputs, targets):
    """Fit a linear forecast with an intercept by least squares. (15 minutes, difficulty 2 of 3)

    Args:
        inputs: (N, width) windows, one per row.
        targets: (N,) what each window should forecast.

    Returns:
        weights: (width,) one per column of `inputs`, in their order.
        intercept: one number.
        Together they make the sum over i of (inputs[i] @ weights + intercept - targets[i])² as
        small as possible. Where several solutions do, any of them is right.

    Example:
        inputs [[0, 1], [1, 0], [1, 1], [2, 1]], targets [5, 3, 6, 7] gives
        weights [1, 3] and intercept 2.

    Edges: no argument is changed.
    """
    ### BEGIN SOLUTION
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    solution, *_ = np.linalg.lstsq(columns, targets, rcond=None)
    return solution[:-1], float(solution[-1])
    ### END SOLUTION


# %% tags=["check"] exercise="fit_autoregression"
check("fit_autoregression", fit_autoregression)

# %% [markdown]
# ### Choose the width without the test
#
# How wide should the window be? You could try many widths on the years from 1990 on and keep the
# best. But then the test has helped to choose, and its error is no longer that of years which the
# model never met. So you hold back years *before* the test, the **validation** years, and choose
# there.
#
# One stretch of years may be an odd one. The **rolling origin** takes several: fit on all years
# before an origin, judge on the five years that follow, move the origin, and average. At each
# origin the model knows only its past, as it will in use. When the choice is made, you fit once
# more on all years before 1990 and test once.


# %% tags=["experiment"]
def split_windows(values, first_test, width, horizon):
    """Inputs and targets before the test part, and those whose targets lie in it."""
    inputs, targets = (np.asarray(each) for each in make_windows(values, width, horizon=horizon))
    cut = first_test - (width + horizon - 1)  # the first window with a target in the test part
    return inputs[:cut], targets[:cut], inputs[cut:], targets[cut:]


def line_forecasts(values, first_test, width, horizon):
    """A line through windows, fitted to what lies before the test: its forecasts in the test."""
    inputs, targets, test_inputs, _ = split_windows(values, first_test, width, horizon)
    weights, intercept = (np.asarray(each) for each in fit_autoregression(inputs, targets))
    return test_inputs @ weights + intercept


def line_error(values, first_test, width, horizon):
    """The RMSE of these forecasts."""
    return rmse(line_forecasts(values, first_test, width, horizon), values[first_test:])


# %% tags=["experiment"]
if solved("make_windows", "seasonal_naive", "fit_autoregression"):
    WIDTHS = [1, 2, 4, 8, 13, 20, 26, 32, 39, 45, 52, 65, 78, 91, 104, 130, 156, 182, 208]
    origin_of = {
        year: int(np.searchsorted(swing_dates, np.datetime64(f"{year}-01-01")))
        for year in (1970, 1975, 1980, 1985)
    }
    validation = {
        year: {w: line_error(swing[: at + 5 * YEAR], at, w, SEASON) for w in WIDTHS}
        for year, at in origin_of.items()
    }
    mean_error = {w: baselines.rms(each[w] for each in validation.values()) for w in WIDTHS}
    chosen = min(WIDTHS, key=mean_error.get)
    years_later = np.concatenate([at + np.arange(5 * YEAR) for at in origin_of.values()])
    free_error = rmse(swing[years_later - YEAR], swing[years_later])
    baselines.widths(validation, free_error, chosen, YEAR - SEASON)
    plt.show()
    line_errors = {w: line_error(swing, first_week, w, SEASON) for w in (1, 26, YEAR, chosen)}
    line_spots = {w: line_error(spots, first_year, w, 1) for w in (1, 2, 10)}
    print(f"Chosen: {chosen} weeks, validation error {mean_error[chosen]:.2f} ppm;", end=" ")
    print(f"on the test years {line_errors[chosen]:.2f} ppm.")
    print(
        f"On the test years: one week {line_errors[1]:.2f}, 26 weeks {line_errors[26]:.2f},",
        end=" ",
    )
    print(f"52 weeks {line_errors[YEAR]:.2f} ppm; the mean year {year_ppm:.2f} ppm.")
    for width, error in line_spots.items():
        print(f"Sunspots, line of width {width:2d}: {error:.1f} spots")

# %% [markdown]
# The error falls fast over the first weeks, and once more on the way to 39 weeks. There the window
# reaches back to about one year before the target: 39 + 13 = 52. From there on the line can look
# that time up, as the seasonal naive forecast does, *and* correct it
# by what was different since. Wider still, it can average over several years, as the mean year
# does. Much wider windows cost more than they bring: there are more weights, and fewer windows to
# fit them to.
#
# For sunspots two values do most of what ten do: the last value and the direction.
#
# ### Live
#
# A window model runs in **real time**. It keeps the last $w$ values and nothing else. When a number
# arrives, the oldest one leaves, and the next forecast is there at once. A `deque` with a maximal
# length is such a buffer.

# %% tags=["experiment"]
if solved("make_windows", "fit_autoregression"):
    inputs, targets, test_inputs, _ = split_windows(swing, first_week, YEAR, SEASON)
    weights, intercept = (np.asarray(each) for each in fit_autoregression(inputs, targets))
    buffer, live = deque(maxlen=YEAR), []
    begin = time.perf_counter()
    for arriving in swing:
        buffer.append(arriving)
        if len(buffer) == YEAR:
            live.append(np.array(buffer) @ weights + intercept)
    seconds = (time.perf_counter() - begin) / len(swing)
    at_once = test_inputs @ weights + intercept
    same = np.allclose(live[-len(at_once) - SEASON : -SEASON], at_once)
    print(f"{len(swing)} weeks arrived one by one; each forecast took ~{1e6 * seconds:.0f} µs.")
    print(f"The live forecasts equal those from all windows at once: {same}.")
    print(f"The first one had to wait for {YEAR} weeks. A window is blind until it is full.")

# %% [markdown]
# ## Exercise 4: why not the whole sequence?
#
# A window forgets what is older than its width. You could show the network the whole sequence
# instead: flatten all $T$ steps with $F$ features into one vector of $T \cdot F$ numbers and put a
# **dense layer** of $U$ units on it, $y = xW + b$. The price is the size of $W$.
#
# Chapter 2 builds the alternative, the **Elman layer**. It reads one step at a time and carries $U$
# numbers along, its state $h$:
#
# $$h' = \tanh(x W_x + h W_h + b) .$$
#
# The same $W_x$, $W_h$ and $b$ serve every step. Count what the two layers have to learn: all
# weights and biases.


# %% tags=["exercise"] exercise="count_parameters"
def count_parameters(steps, features, units):
    """Count the parameters of a dense and of a recurrent layer. (10 minutes, difficulty 1 of 3)

    Args:
        steps: T, the length of the sequence, 1 or more.
        features: F, numbers per step.
        units: U, the units of the layer, 1 or more.

    Returns:
        dense: weights and biases of one dense layer with U units that gets the whole sequence at
            once, flattened.
        recurrent: weights and biases of one Elman layer with U units, as in the equation above.

    Raises:
        ValueError: steps or units is below 1; it names the argument.

    Example:
        5 steps, 2 features, 4 units gives (44, 28).
    """
    ### BEGIN SOLUTION
    for name, value in (("steps", steps), ("units", units)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, but is {value}")
    dense = (steps * features + 1) * units
    recurrent = (features + units + 1) * units
    return dense, recurrent
    ### END SOLUTION


# %% tags=["check"] exercise="count_parameters"
check("count_parameters", count_parameters)

# %% [markdown]
# The lectures say that a whole-sequence network needs too many parameters, and too much memory.
# Parameters you can count. Memory needs a definition. During training a computer holds
#
# - each parameter, its gradient, and two running means of the optimiser Adam: four numbers per
#   parameter, and
# - for every sequence in the batch, all numbers that the way back will need: the inputs, and what
#   the layer gave. For the dense layer that is $U$ numbers per sequence. For the Elman layer it is
#   $U$ numbers per sequence and step.

# %% tags=["predict"]
memory_guess = predict(
    "memory",
    "Train both layers, 32 units each, on the one series there is, all 2284 weeks. Which one needs "
    "more memory?",
    {"a": "the dense layer", "b": "both about the same", "c": "the recurrent layer"},
    choice=None,
)

# %% [markdown]
# The rule stands before the measurement, here and in every later claim. *Too many* shall mean: more
# parameters than there are measured numbers to learn them from. *Too much* shall mean: more bytes
# than the recurrent layer needs. It is judged on what there is: one Mauna Loa, one series. The
# bytes are those of real arrays, from real Keras layers. The control is a window of 26 weeks: a
# dense layer on it must have neither too many parameters nor too much memory.

# %% tags=["experiment"]
if solved("count_parameters"):
    weeks, measured_weeks = len(ppm), int((~missing).sum())
    too_big, curves = experiment.whole_sequence_too_big(count_parameters, weeks, measured_weeks)
    too_big.card(figure=baselines.sizes(*curves, weeks, measured_weeks))
    megabytes = curves[-1]  # of both layers, in batches of 1, 2, … series
    dense_count, recurrent_count = (int(count) for count in count_parameters(weeks, 1, 32))
    print(f"T = {weeks}: {dense_count:,} parameters against {recurrent_count:,},")
    print(f"with {measured_weeks:,} measured weeks to learn from. Even one unit needs", end=" ")
    print(f"{int(count_parameters(weeks, 1, 1)[0]):,}.")
    heavier = too_big.interval("memory").mean
    answer = "a" if heavier > 1.5 else "b" if heavier > 0.67 else "c"
    memory_guess.reveal(answer, f"{megabytes[0, 0]:.2f} MB against {megabytes[0, 1]:.2f} MB.")
    turning = 1 + int((megabytes[:, 1] > megabytes[:, 0]).argmax())
    print(f"In batches of {turning} or more the recurrent layer holds more.")

# %% [markdown]
# The number of parameters settles it: even a single unit has more weights than the series has
# numbers. That is why nobody feeds a whole series to a dense layer.
#
# Memory turns over. Per step of the sequence, the dense layer holds four numbers for each of its
# $U$ weights, however many sequences there are: $4U$. The recurrent layer has hardly any weights,
# but keeps one state for each of the $B$ sequences: about $BU$. So they meet near $B = 4$. With one
# series the dense layer holds more, though a megabyte hurts nobody; with many, the recurrent layer
# does. Chapter 7 shows how to train a recurrent network without keeping all states.
#
# ## Exercise 5: a network on the window
#
# Now build the network: the window, one **hidden layer** with the **ReLU** (negative numbers become
# 0, positive ones stay), and one number out.
#
# The check loads given weights into your network and compares its output. Then it trains a fresh
# one for 400 steps of Adam on a yearly cycle of monthly values, **standardised**: their mean is
# subtracted and they are divided by their standard deviation. Two months ahead, your network must
# get below 0.7 times the error of the naive forecast. Over 40 seeds and nine ways to draw the first
# weights, right networks stay below 0.4 times; one that cannot learn stays above 0.85. On raw ppm
# the same training gives 0.5 to 1.3 times, and mostly about 1: inputs near 350 need weights and
# steps of another size.


# %% tags=["exercise"] exercise="window_mlp"
def window_mlp(width, units):
    """Build a network with one hidden layer on a window. (10 minutes, difficulty 2 of 3)

    Args:
        width: how many values a window has, 1 or more.
        units: units of the hidden layer, 1 or more.

    Returns:
        A `keras.Model` that maps (B, width) to (B, 1): one dense hidden layer with the ReLU, one
        dense output unit without activation, both with biases. It is built (its weights exist) and
        not compiled.

    Edges: all weights can be trained; in training the network computes the same.

    Raises:
        ValueError: width or units is below 1; it names the argument.

    Example:
        `window_mlp(26, 12).count_params()` is 337.
    """
    ### BEGIN SOLUTION
    for name, value in (("width", width), ("units", units)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, but is {value}")
    return keras.Sequential(
        [
            keras.Input((width,)),
            layers.Dense(units, activation="relu"),
            layers.Dense(1),
        ]
    )
    ### END SOLUTION


# %% tags=["check"] exercise="window_mlp"
check("window_mlp", window_mlp)

# %% [markdown]
# First see what *fixed size* means. The network was built for 26 weeks. Offer it another number of
# weeks:

# %% tags=["experiment"]
if solved("window_mlp"):
    network = window_mlp(26, 12)
    for offered in (26, 25, 30):
        try:
            shape = tuple(network(np.zeros((1, offered), dtype="float32")).shape)
            print(f"{offered} weeks: an output of shape {shape}")
        except (ValueError, tf.errors.InvalidArgumentError):
            print(f"{offered} weeks: refused, the first weight matrix has 26 rows")

# %% [markdown]
# A longer input is refused, and so is a shorter one. The output has a fixed size as well. A network
# for input and for output of any length is what this course is about.
#
# ## The experiment: what is context worth?
#
# The lectures say that snapshots lack context. You test it at an equal budget: a snapshot network
# with one input and a window network, each with exactly 337 parameters, the same number of training
# steps, on both series, over five seeds. Both learning rates come from the same list, 0.001 to 0.3,
# chosen by a rolling origin on the years before the test.
#
# The **control** is the experiment that should fail. Two invented series have the length, the
# spread and the correlation from one value to the next of the real ones, but no memory: each value
# is a fixed share of the one before it, plus noise. There the last value says all that can be
# known. If the window still won, it would win for a wrong reason, such as being trained better.
#
# The rule, before the run: snapshots lack context if on both series the window's error is below 0.8
# of the snapshot's, and in the control above 0.8 of it, each with its whole 95% interval over the
# seeds.
#
# One rival is cheap, and the past is not the only context. Give a line one week *and its date*, as
# two waves a year. It stands in the figure as a dashed line. Sunspots have no calendar.


# %% tags=["experiment"]
TASKS = experiment.tasks(swing, first_week, SEASON, spots, first_year)
UNITS_OF = {name: task.unit for name, task in TASKS.items()}

if solved("fit_autoregression"):
    dated = experiment.with_date(swing_dates, swing)[:-SEASON]  # (N, 5)
    until = first_week - SEASON
    fitted = fit_autoregression(dated[:until], swing[SEASON:first_week])
    weights, intercept = (np.asarray(each) for each in fitted)
    by_date = dated[until:] @ weights + intercept
    dated_ppm = rmse(by_date, swing_truth)


# %% tags=["experiment"]
if solved("make_windows", "fit_autoregression", "window_mlp"):
    BUDGET = 337  # parameters of every network here

    def in_budget(width):
        """A network with 337 parameters, or as many below that as whole units allow."""
        return window_mlp(width, (BUDGET - 1) // (width + 2))

    snapshots, errors = experiment.snapshots_lack_context(in_budget, TASKS, split_windows)
    means = {each: pairs.mean(axis=0) for each, pairs in errors.items()}  # pairs: (5, 2)
    snapshots.card(figure=baselines.context(means, UNITS_OF, {"CO₂": dated_ppm}))
    for task, unit in UNITS_OF.items():
        print("{}: snapshot ~{:.2f}, window ~{:.2f}".format(task, *means[task, "measured"]), unit)
    print(f"CO₂, line through one week and its date: {dated_ppm:.2f} ppm.")
    share = snapshots.interval(experiment.over_snapshot("CO₂")).mean
    context_guess.reveal(
        "b" if 0.15 < share < 0.6 else "a" if share >= 0.6 else "c",
        f"With the window the error is ~{share:.2f} of the snapshot's.",
    )

# %% [markdown]
# A snapshot lacks context, and on CO₂ most of what it lacks is the time of year: one week with its
# date does better than half a year without. A window is one way to get context. Where nobody hands
# you a date, as with the sunspots, the past is the only one.
#
# Now the question of the chapter. Put everything that forecast the swing side by side: what costs
# nothing, the lines, and the networks. Every network has at most 337 parameters. One network gets
# each window with its values in a random order; it knows *what* was there and not *when*.

# %% tags=["experiment"]
if solved("make_windows", "seasonal_naive", "fit_autoregression", "window_mlp"):
    in_snapshot, in_window = errors["CO₂", "measured"].T
    in_year, year_forecast = experiment.over_seeds(in_budget, TASKS["CO₂"], split_windows, YEAR)
    out_of_order, _ = experiment.over_seeds(in_budget, TASKS["CO₂"], split_windows, any_order=True)
    free = {"last value": naive_ppm, "mean of the past": mean_ppm}
    free |= {"seasonal naive": seasonal_ppm, "mean year": year_ppm}
    lines = {f"line, {width} weeks": line_errors[width] for width in (26, YEAR, chosen)}
    lines["line, one week and date"] = dated_ppm
    networks = {
        "network, 1 week": in_snapshot,
        "network, 26 weeks in random order": out_of_order,
        "network, 26 weeks": in_window,
        "network, 52 weeks": in_year,
    }
    baselines.ranking(free, lines, networks)
    plt.show()
    shown = slice(first_week, first_week + 4 * YEAR)
    forecasts = {"network, 52 weeks": year_forecast, "mean year": mean_year}
    baselines.swing_forecasts(swing_dates[shown], swing[shown], forecasts)
    plt.show()

# %% tags=["experiment"]
if solved("make_windows", "seasonal_naive", "fit_autoregression", "window_mlp"):
    print(f"Free: seasonal naive {seasonal_ppm:.2f} ppm, mean year {year_ppm:.2f} ppm.")
    print(f"Half a year: line {line_errors[26]:.2f} ppm, network ~{in_window.mean():.2f} ppm.")
    rivals = {
        f"line, {w} weeks": line_forecasts(swing, first_week, w, SEASON) for w in (YEAR, chosen)
    }
    rivals |= {"line, one week and date": by_date, "network, 52 weeks": year_forecast}
    truth = (swing_dates[first_week:], swing_truth)
    less = {name: experiment.year_by_year(*truth, each, mean_year) for name, each in rivals.items()}
    baselines.against(less, "mean year")
    plt.show()

# %% [markdown]
# So the answer is: hardly. Given half a year, the network is far better than a line, but the mean
# year, which has not seen one recent week, is better still. Given a whole year, line and network
# come level with it: from one test year to the next their lead changes its sign, and its interval
# reaches across 0. Only the line of two years, whose width the validation chose, is ahead by more
# than that. It can average, as the mean year does, and correct by what the last weeks say. The
# network in random order is better than the mean of the past: the mean level of half a year already
# tells something about the season.
#
# Without the mean year, both networks with half a year or more would have looked like a success:
# they beat the seasonal naive forecast.
#
# ### Convolutions surprise
#
# A **convolution** along time (`Conv1D`, chapter 11) slides a few weights over the window and
# detects the same pattern wherever it occurs. It has no memory of its own. The lectures say that
# such networks surprise on simple tasks, although recurrent networks were made for sequences.
# You compare three networks of 323 to 343 parameters on the same windows with the same number of
# training steps: a convolutional, a recurrent, and your dense one. Each has the learning rate of
# the same list that served it best before the test years.
#
# The rule: convolutions surprise if on both series their error is below 1.1 times that of the
# recurrent network. The control asks whether that has to do with convolution: a dense network takes
# its place, and should fall behind, above 1.1 times. Look at the line through the window as well.


# %% tags=["experiment"]
if solved("make_windows", "seasonal_naive", "fit_autoregression", "window_mlp"):
    best_free = {"CO₂": year_ppm, "Sunspots": min(naive_spots, seasonal_spots)}
    lines = {"CO₂": line_errors[26], "Sunspots": line_spots[10]}
    networks = {"convolution": experiment.convolutional, "recurrent": experiment.recurrent}
    networks["window"] = in_budget
    surprising, seen, seconds = experiment.convolutions_surprise(networks, TASKS, split_windows)
    surprising.card(figure=baselines.surprise(seen, best_free, lines, UNITS_OF))
    for task, unit in UNITS_OF.items():
        conv, loop, dense = (np.mean(seen[task, name]) for name in networks)
        print(f"{task}: convolution ~{conv:.2f}, recurrent ~{loop:.2f}, dense ~{dense:.2f};")
        print(f"  line {lines[task]:.2f}, best free forecast {best_free[task]:.2f} {unit}.")
    print(f"One training takes ~{seconds['convolution']:.1f} s with the convolution,", end=" ")
    print(f"~{seconds['recurrent']:.1f} s with the recurrent network.")

# %% [markdown]
# The convolution is level with the recurrent network on both series, as far as five seeds can tell:
# both intervals hold 1. But so is the dense network, which does not know that neighbouring weeks
# are neighbours. What does the work here is the window and a little training, not the convolution.
# And on both series something without any hidden layer is at least as good: the mean year on CO₂,
# a line on the sunspots. In this sense the tasks are *simple*.
#
# On CO₂ the recurrent network is not done after 250 steps, and its seeds lie far apart. In longer
# runs, of 800 steps, all three networks came to between 0.64 and 0.67 ppm: then none is ahead. A
# recurrent network has to earn its place. It does so where the useful past has no fixed length, and
# where numbers arrive one at a time: the next chapter.
#
# ## The same with an energy sensor
#
# An electricity meter is a series like any other: a number per hour, a daily season, holes where
# the **sensor** failed. Here is a simulated house. Its temperature follows from physics: the heat
# that the heating brings in, minus the heat that leaves through the walls. The meter reads the
# power in kilowatts (kW). One reading in a hundred is lost, and, as in many real archives, the file
# then says −9999.

# %% tags=["experiment"]
archive = experiment.house_readings()  # kW, one an hour for twelve weeks
hours = np.arange(len(archive))
lost = archive == -9999
meter = np.interp(hours, hours[~lost], archive[~lost])
first_hour = 24 * 7 * 9  # the last three weeks are for testing


if solved("make_windows", "seasonal_naive", "fit_autoregression"):
    line, broken = (line_forecasts(each, first_hour, 24, 1) for each in (meter, archive))
    judged = ~lost[first_hour:]  # only hours that were measured
    truth = archive[first_hour:][judged]
    daily = np.array([seasonal_naive(meter[:i], 24, 1)[0] for i in range(first_hour, len(hours))])
    measured = np.where(lost, np.nan, archive)[first_hour:]
    baselines.house(measured, {"line": line, "a day ago": daily})
    plt.show()
    print(f"{lost.sum()} of {len(hours)} readings are lost.")
    print(
        f"An hour ago:                    {rmse(meter[first_hour - 1 : -1][judged], truth):.2f} kW"
    )
    print(f"A day ago:                      {rmse(daily[judged], truth):.2f} kW")
    print(f"Line, lost readings filled in:  {rmse(line[judged], truth):.2f} kW")
    print(f"Line, fed with -9999:           ~{rmse(broken[judged], truth):.0f} kW")

# %% [markdown]
# Nothing warned you about the last number. The fit ran, the forecast came. A missing value that
# looks like a number spoils a forecast in silence; only the baseline beside it shows that something
# is wrong.
#
# ## Repair
#
# Here is another forecast: find the past year that looks most like the last one, week by week, and
# say what came 13 weeks after it. The code tests it on windows from before 1990 that it has not
# seen, and reports that it beats the seasonal naive forecast. It does so on the swing, and by far
# on the concentration itself. No line raises an error, and tutorials contain such code.
#
# The second row of the figure has the same tested windows, but now no window is looked up that
# shares a week with the tested one. The third row has the nineties. Find out why the report is too
# good, mend `choose_test_windows`, and run both cells again.


# %% tags=["repair"]
def choose_test_windows(count):
    """Choose which of `count` windows, in the order of time, to look up in and which to test on."""
    order = np.random.default_rng(0).permutation(count)
    cut = 3 * count // 4
    return order[:cut], order[cut:]


# %% tags=["experiment"]
if solved("make_windows"):
    from_1990 = first_week + YEAR - 1  # the same week in the series of concentrations
    wanted = {"Swing": (swing, first_week), "Concentration": (filled, from_1990)}
    judged_on = {
        name: experiment.look_up(*each, split_windows, choose_test_windows, YEAR, SEASON)
        for name, each in wanted.items()
    }
    baselines.leak(judged_on)
    plt.show()
    for name, each in judged_on.items():
        print(f"{name}: reported {each.reported:.2f} ppm, seasonal naive {each.free[0]:.2f};")
        print(f"  without shared weeks {each.apart:.2f}; in the nineties {each.later:.2f}", end=" ")
        print(f"(seasonal naive {each.free[1]:.2f}).")
    honest = all(each.honest for each in judged_on.values())
    print("Mended." if honest else "Not mended yet: some tested windows lie before known ones.")

# %% [markdown]
# <details><summary>What was wrong</summary>
#
# The windows overlap. A random choice puts a window into the test whose neighbours, one week
# earlier and one week later, are known. They share 51 of 52 values with it, and their targets are
# one week away from its own. The look-up finds a neighbour and copies the future: a **leak**. On
# the swing, which has no climb, you see the leak alone: it is worth some hundredths of a ppm, just
# enough to turn a forecast that loses to the calendar into one that seems to win. On the
# concentration the neighbours also hide the climb: without them the error is several times as
# large.
#
# The nineties show a second fault, which is no leak. There the concentration climbs to where no
# past year ever was, and a look-up cannot say what it has never seen. A good split reports this
# fault; it does not cure it.
#
# Test on what comes later, as the world will: the first three quarters of the windows are known,
# the last quarter is tested. Then report and truth agree on the swing, and on the concentration the
# report itself says that this forecast is useless. Strictly, a gap of width + horizon weeks belongs
# between the two parts; with a split in time only the first tested windows need it.
#
# </details>
#
# ## What we measured
#
# - *Snapshots lack context: supported.* One value leaves two futures. With a window, a network of
#   the same size makes about a third of the error on CO₂ and less than two thirds on sunspots. On
#   invented series without memory the window brings nothing. On CO₂ the date serves as well.
# - *A whole-sequence network needs too many parameters and too much memory: supported for one
#   series.* A dense layer of 32 units has 33 parameters for each number that was ever measured, and
#   holds nearly four times the memory of a recurrent one. In batches of four series or more the
#   recurrent layer holds more.
# - *Convolutional networks surprise on simple tasks: qualified.* A small one is about as good as a
#   recurrent one, but so is a dense network.
# - The mean year costs nothing and beats every model that sees half a year without a date. Of the
#   models with a year, or with a date, only the line through two years is ahead of it by more than
#   chance: its interval over the test years lies wholly on one side of 0.
#
# ## Remember
#
# <details><summary>What do width and horizon say?</summary>
# The width is how many values the model sees. The horizon is how many steps after the last of them
# the target lies; horizon 1 is the very next value.
# </details>
#
# <details><summary>How many windows has a series of T values?</summary>
# T − width − horizon + 1, if that is at least 1.
# </details>
#
# <details><summary>Why is a feed-forward network tied to one width?</summary>
# Its first weight matrix has one row per input. Another width is another matrix.
# </details>
#
# <details><summary>What does a baseline tell you?</summary>
# What you get for nothing. An error without a baseline beside it says nothing about the model.
# </details>
#
# <details><summary>How do you choose the width of a window, or a learning rate?</summary>
# On validation years before the test, best from several origins: fit before each, judge after it.
# Then test once.
# </details>
#
# <details><summary>Why must the test lie after the training in time?</summary>
# Neighbouring windows share almost all values. A random split lets the model copy the answer.
# </details>
#
# <details><summary>What grows with the length of a whole sequence?</summary>
# The parameters of a dense layer on it, and the states a recurrent layer keeps in training, for
# each sequence of the batch. The parameters of the recurrent layer do not.
# </details>
#
# <details><summary>What do you do with −9999?</summary>
# Turn it into a gap before anything else, fill it for the inputs if you must, and never judge a
# forecast on it.
# </details>
#
# ## For those who are fast
#
# No points, no check: two questions to try on your own.
#
# 1. *Roll out.* Let your line of width 10 forecast the sunspots 33 years ahead from 1929: append
#    each forecast to the window and forecast again. Draw it beside the truth. How long does it keep
#    the cycle, and where does it end? Compare with `seasonal_naive(spots[:first_year], 11, 33)`.
# 2. *Choose a rate.* `experiment.validation_errors` tries a list of learning rates on the years
#    before the test. Call it with `in_budget`, `TASKS["CO₂"]`, `split_windows`, the parts
#    `[(origin_of[1980], origin_of[1985])]` and `seeds=[0]`, then with `width=52` as well. What
#    matters more, the rate or the width?
#
# ## Read more
#
# - G. U. Yule, *On a method of investigating periodicities in disturbed series, with special
#   reference to Wolfer's sunspot numbers*, Philosophical Transactions of the Royal Society A, 1927.
# - R. J. Hyndman and G. Athanasopoulos, *Forecasting: Principles and Practice*, 3rd edition, 2021:
#   the chapters on simple methods and on judging forecasts.
# - C. D. Keeling et al., *Atmospheric carbon dioxide variations at Mauna Loa Observatory, Hawaii*,
#   Tellus, 1976.
# - S. Bai, J. Z. Kolter and V. Koltun, *An empirical evaluation of generic convolutional and
#   recurrent networks for sequence modeling*, 2018.
# - The data: Keeling and Whorf (2004) and the yearly sunspot numbers; see `data/README.md`.
