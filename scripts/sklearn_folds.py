"""scikit-learn on the very matrix and folds of an overrun evaluation.

    veedor evaluate overrun FILE --mapping NAME --folds > folds.csv && python3 scripts/sklearn_folds.py folds.csv

Optional: nothing in the program needs it. Prints AUC, average precision and precision at 10 %, weighted by the rows of each origin.
"""
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

table = pd.read_csv(sys.argv[1])
origins = [c for c in table if c.startswith("origin_")]
label = table["label"].to_numpy()
values = table.drop(columns=origins + ["label"])
impute = lambda: SimpleImputer(strategy="mean", add_indicator=True)
learners = {
    "logistic regression": lambda: make_pipeline(impute(), StandardScaler(), LogisticRegression(max_iter=2000)),
    "random forest 300": lambda: make_pipeline(impute(), RandomForestClassifier(300, random_state=1)),
    "random forest 300, leaf 5": lambda: make_pipeline(impute(), RandomForestClassifier(300, min_samples_leaf=5, random_state=1)),
    "extra trees 300, leaf 5": lambda: make_pipeline(impute(), ExtraTreesClassifier(300, min_samples_leaf=5, random_state=1)),
}
for name, make in learners.items():
    rows, scores = [], []
    for origin in origins:
        train, test = (table[origin] == 1).to_numpy(), (table[origin] == 2).to_numpy()
        if train.sum() < 50 or min(label[train].sum(), (1 - label[train]).sum()) < 10 or test.sum() == 0:
            continue
        p = make().fit(values[train], label[train]).predict_proba(values[test])[:, 1]
        top = np.argsort(-p, kind="stable")[: max(1, round(0.1 * test.sum()))]
        scores.append([roc_auc_score(label[test], p), average_precision_score(label[test], p), label[test][top].mean()])
        rows.append(test.sum())
    print(f"{name:<28}", *(f"{v:.3f}" for v in np.average(scores, axis=0, weights=rows)))
